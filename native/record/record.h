/* The Record API: the program that the site links with memory.wasm.
 *
 * A Record belongs to whoever holds its pointer, from createRecord to deleteRecord. The layout below is
 * compiled from the struct itself. A reader outside C takes it from here, and writes down no offset.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdint.h>

struct Record {
  int id;
  float x;
  float y;
};

/* Returns a Record with these values, which the caller owns. Returns NULL if there is no memory for one; then
 * nothing was written. */
struct Record *createRecord(int id, float x, float y);

/* Frees a Record. `record` came from createRecord and was not deleted since; NULL does nothing. */
void deleteRecord(struct Record *record);

/* In bytes. The offsets count from the first byte of the Record. */
extern const uint32_t sizeof_Record;
extern const uint32_t offsetof_Record_id;
extern const uint32_t offsetof_Record_x;
extern const uint32_t offsetof_Record_y;

#endif
