/* Host tests of the Record API, under sanitizers, with a malloc that fails when a test wants it to. */
#include "record.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failing;
static unsigned char room[64];
static void *freed;

void *test_malloc(size_t size) { return failing || size > sizeof room ? NULL : room; }
void test_free(void *pointer) { freed = pointer; }

static int passed, failed;
static void check(int holds, const char *what) {
  if (holds)
    passed++;
  else
    failed++, printf("FAILED: %s\n", what);
}

int main(void) {
  memset(room, 0xee, sizeof room);
  failing = 1;
  check(createRecord(1, 2, 3) == NULL, "createRecord returns NULL when malloc does");
  int untouched = 1;
  for (size_t at = 0; at < sizeof room; at++) untouched &= room[at] == 0xee;
  check(untouched, "nothing is written then");

  failing = 0;
  struct Record *record = createRecord(-5, 1.1f, -0.0f);
  check((void *)record == (void *)room, "createRecord returns what malloc returned");
  check(record->id == -5 && record->x == 1.1f && record->y == 0, "the fields hold the values");
  check(room[sizeof_Record] == 0xee, "nothing is written behind the Record");

  int id;
  float x, y;
  memcpy(&id, room + offsetof_Record_id, sizeof id);
  memcpy(&x, room + offsetof_Record_x, sizeof x);
  memcpy(&y, room + offsetof_Record_y, sizeof y);
  check(id == -5 && x == 1.1f && y == 0, "the exported offsets lead to the fields");
  check(sizeof_Record == 12, "a Record has 12 bytes, as the lesson says");

  deleteRecord(record);
  check(freed == room, "deleteRecord frees the Record");
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
