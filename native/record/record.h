/* The Record API: the program that the demo links against memory.wasm.
 *
 * A Record belongs to whoever holds its pointer, from createRecord to deleteRecord. The layout facts below are
 * compiled from the struct itself; a reader outside C takes them from here and types no offset of its own.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdint.h>

struct Record {
  int id;
  float x;
  float y;
};

/* Returns a Record with these values, owned by the caller; NULL when memory is exhausted, and then nothing was
 * written. */
struct Record *createRecord(int id, float x, float y);

/* Gives a Record's memory back. `record` came from createRecord and was not deleted since; NULL does nothing. */
void deleteRecord(struct Record *record);

/* In bytes. The offsets count from the Record's first byte. */
extern const uint32_t sizeof_Record;
extern const uint32_t offsetof_Record_id;
extern const uint32_t offsetof_Record_x;
extern const uint32_t offsetof_Record_y;

#endif
