/* The Record API: two functions, one malloc, one free. record.h says who owns what. */
#include "record.h"

#include <stddef.h>
#include <stdlib.h>

struct Record *createRecord(int id, float x, float y) {
  struct Record *record = malloc(sizeof(struct Record));
  if (record == NULL) return NULL;
  record->id = id;
  record->x = x;
  record->y = y;
  return record;
}

void deleteRecord(struct Record *record) { free(record); }

const uint32_t sizeof_Record = sizeof(struct Record);
const uint32_t offsetof_Record_id = offsetof(struct Record, id);
const uint32_t offsetof_Record_x = offsetof(struct Record, x);
const uint32_t offsetof_Record_y = offsetof(struct Record, y);
