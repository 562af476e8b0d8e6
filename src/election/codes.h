/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Bytes as letters: RFC 4648 base32 for machines (QR texts), Crockford's alphabet for people. */

/* Upper case, no padding, unused low bits zero (protocol section 2). */
char *tabella_base32 (const guint8 *bytes, gsize size);
/* The reverse; NULL for anything that tabella_base32() does not write. */
GByteArray *tabella_unbase32 (const char *text, gsize length);

/* The first @bits bits, most significant first, five a character, a '-' after each @group characters (0: none).
 * @bits is a multiple of 5. */
char *tabella_crockford (const guint8 *bytes, gsize bits, guint group);
/* The reverse of what a person typed: lower case, spaces and hyphens pass, O is 0, I and L are 1. @out has
 * (bits + 7) / 8 bytes, unused low bits zero. FALSE unless exactly bits / 5 characters remain; then @out is zeros. */
gboolean tabella_uncrockford (const char *text, guint8 *out, gsize bits);

/* Short code of a ballot code or of HG (protocol section 5): 100 bits in five groups of four. */
char *tabella_short_code (const guint8 hash[32]);
