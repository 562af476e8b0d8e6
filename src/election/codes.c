/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codes.h"

#include <string.h>
#include "must.h"

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Five bits from bit @at on, zeros past the end. */
static guint
five_bits (const guint8 *bytes, gsize size, gsize at)
{
  guint pair = (guint)bytes[at / 8] << 8;

  if (at / 8 + 1 < size)
    pair |= bytes[at / 8 + 1];
  return pair >> (11 - at % 8) & 31;
}

/* Puts five bits at bit @at of zeroed bytes; what falls past the end must be zero. */
static gboolean
put_five_bits (guint8 *bytes, gsize size, gsize at, guint value)
{
  guint pair = value << (11 - at % 8);
  gsize i = at / 8;

  bytes[i] |= (guint8)(pair >> 8);
  if (i + 1 < size)
    bytes[i + 1] |= (guint8)pair;
  return i + 1 < size || (pair & 0xFF) == 0;
}

char *
tabella_base32 (const guint8 *bytes, gsize size)
{
  GString *out = g_string_sized_new (size * 8 / 5 + 2);

  for (gsize at = 0; at < size * 8; at += 5)
    g_string_append_c (out, base32[five_bits (bytes, size, at)]);
  return g_string_free (out, FALSE);
}

GByteArray *
tabella_unbase32 (const char *text, gsize length)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize size = length * 5 / 8;

  /* A last character that adds no byte would be a second spelling of the same bytes. */
  if ((size * 8 + 4) / 5 != length)
    return NULL;
  if (size == 0)
    return g_steal_pointer (&out);
  g_byte_array_set_size (out, (guint)size);
  memset (out->data, 0, size);
  for (gsize i = 0; i < length; i++) {
    const char *found = text[i] == '\0' ? NULL : strchr (base32, text[i]);

    if (found == NULL || !put_five_bits (out->data, size, i * 5, (guint)(found - base32)))
      return NULL;
  }
  return g_steal_pointer (&out);
}

char *
tabella_crockford (const guint8 *bytes, gsize bits, guint group)
{
  GString *out = g_string_new (NULL);

  TABELLA_MUST (bits % 5 == 0);
  for (gsize i = 0; i < bits / 5; i++) {
    if (group > 0 && i > 0 && i % group == 0)
      g_string_append_c (out, '-');
    g_string_append_c (out, crockford[five_bits (bytes, (bits + 7) / 8, i * 5)]);
  }
  return g_string_free (out, FALSE);
}

/* The value of a typed character, 32 for one to skip, −1 for none of the alphabet. */
static int
typed_value (char c)
{
  const char *found;

  if (c == ' ' || c == '-')
    return 32;
  c = g_ascii_toupper (c);
  if (c == 'O')
    c = '0';
  if (c == 'I' || c == 'L')
    c = '1';
  found = strchr (crockford, c);
  return found == NULL ? -1 : (int)(found - crockford);
}

static gboolean
read_typed (const char *text, guint8 *out, gsize bits)
{
  gsize at = 0;

  for (; *text != '\0'; text++) {
    int value = typed_value (*text);

    if (value == 32)
      continue;
    if (value < 0 || at == bits || !put_five_bits (out, (bits + 7) / 8, at, (guint)value))
      return FALSE;
    at += 5;
  }
  return at == bits;
}

gboolean
tabella_uncrockford (const char *text, guint8 *out, gsize bits)
{
  gsize size = (bits + 7) / 8;

  TABELLA_MUST (bits % 5 == 0);
  memset (out, 0, size);
  if (read_typed (text, out, bits))
    return TRUE;
  memset (out, 0, size);
  return FALSE;
}

char *
tabella_short_code (const guint8 hash[32])
{
  return tabella_crockford (hash, 100, 4);
}
