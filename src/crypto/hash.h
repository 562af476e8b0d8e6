/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sodium.h>
#include "group.h"

#define TABELLA_HASH_BYTES 32

/* Tags of protocol section 2. */
typedef enum {
  TABELLA_TAG_CEREMONY = 0x01,
  TABELLA_TAG_ELECTION = 0x02,
  TABELLA_TAG_COMMITMENT = 0x10,
  TABELLA_TAG_KNOWLEDGE = 0x11,
  TABELLA_TAG_TRANSPORT = 0x12,
  TABELLA_TAG_TRANSCRIPT = 0x13,
  TABELLA_TAG_ROUND1 = 0x14,
  TABELLA_TAG_ROUND2 = 0x15,
  TABELLA_TAG_BALLOT = 0x20,
  TABELLA_TAG_NONCE = 0x21,
  TABELLA_TAG_PROOF_NONCE = 0x22,
  TABELLA_TAG_SIMULATED = 0x23,
  TABELLA_TAG_BALLOT_CHALLENGE = 0x24,
  TABELLA_TAG_CODE = 0x29,
  TABELLA_TAG_PSEUDONYM = 0x30,
  TABELLA_TAG_RECORD_KEY = 0x31,
  TABELLA_TAG_LINK_PAD = 0x32,
  TABELLA_TAG_LINK_PROOF = 0x33,
  TABELLA_TAG_FILE_KEY = 0x34,
  TABELLA_TAG_FILE_PROOF = 0x35,
  TABELLA_TAG_TICKET_CHECK = 0x36,
  TABELLA_TAG_TICKET = 0x37,
  TABELLA_TAG_EXPORT = 0x38,
  TABELLA_TAG_JOURNAL = 0x40,
  TABELLA_TAG_LOT = 0x41,
  TABELLA_TAG_REQUEST = 0x50,
  TABELLA_TAG_BALLOT_SECRET = 0x51,
  TABELLA_TAG_DECRYPTION = 0x52,
  TABELLA_TAG_STANDING = 0x54,
} TabellaTag;

/* H and Hq of protocol section 2: BLAKE2b keyed with ctx (32 bytes) over tag ‖ fields, fields put one after the
 * other. A state may be copied by assignment to branch a transcript. It may hold secrets: the two _finish
 * functions wipe it. On the stack only: its alignment is 64. */
typedef struct { crypto_generichash_state state; gsize out; } TabellaHash;

void tabella_hash_init (TabellaHash *h, const guint8 ctx[32], TabellaTag tag);        /* for H */
void tabella_hash_init_scalar (TabellaHash *h, const guint8 ctx[32], TabellaTag tag); /* for Hq */
void tabella_hash_put (TabellaHash *h, gconstpointer bytes, gsize size);
void tabella_hash_u8 (TabellaHash *h, guint8 value);
void tabella_hash_u16 (TabellaHash *h, guint16 value);
void tabella_hash_u32 (TabellaHash *h, guint32 value);
/* u32 length, then the bytes: only where section 2 says so (01, 02, 14, 15, 40). */
void tabella_hash_sized (TabellaHash *h, gconstpointer bytes, gsize size);
void tabella_hash_point (TabellaHash *h, const TabellaPoint *p);
void tabella_hash_finish (TabellaHash *h, guint8 out[32]);
void tabella_hash_finish_scalar (TabellaHash *h, TabellaScalar *out);

/* VER, 32 bytes. */
extern const guint8 tabella_version[32];

/* First 32 bytes of BLAKE2b-512 (a batch file's digest), and unkeyed BLAKE2b-256 (slices, key ids). */
void tabella_digest_512_32 (gconstpointer bytes, gsize size, guint8 out[32]);
void tabella_digest_256 (gconstpointer bytes, gsize size, guint8 out[32]);
