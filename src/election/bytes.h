/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Little-endian writers and readers, for every binary file of the protocol. */
void tabella_put (GByteArray *out, gconstpointer bytes, gsize size);
void tabella_put_u8 (GByteArray *out, guint8 value);
void tabella_put_u16 (GByteArray *out, guint16 value);
void tabella_put_u32 (GByteArray *out, guint32 value);

/* A cursor over a verified buffer. Every _get returns FALSE (and sets failed) past the end: check failed once. */
typedef struct { const guint8 *p; gsize left; gboolean failed; } TabellaReader;

void          tabella_reader_init (TabellaReader *r, gconstpointer bytes, gsize size);
const guint8 *tabella_get (TabellaReader *r, gsize size); /* NULL past the end */
guint8        tabella_get_u8 (TabellaReader *r);
guint16       tabella_get_u16 (TabellaReader *r);
guint32       tabella_get_u32 (TabellaReader *r);
gboolean      tabella_reader_done (const TabellaReader *r); /* not failed and nothing left */

/* A NUL-ended copy; "" of no bytes, for which GBytes has no address. */
char    *tabella_bytes_text (GBytes *bytes);
char    *tabella_hex (gconstpointer bytes, gsize size);                    /* lower case */
gboolean tabella_unhex (const char *hex, guint8 *out, gsize size);         /* exactly 2*size lower-case digits */
