/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bytes.h"

#include <string.h>

void
tabella_put (GByteArray *out, gconstpointer bytes, gsize size)
{
  if (size > 0)
    g_byte_array_append (out, bytes, (guint)size);
}

void
tabella_put_u8 (GByteArray *out, guint8 value)
{
  tabella_put (out, &value, 1);
}

void
tabella_put_u16 (GByteArray *out, guint16 value)
{
  guint16 le = GUINT16_TO_LE (value);

  tabella_put (out, &le, sizeof le);
}

void
tabella_put_u32 (GByteArray *out, guint32 value)
{
  guint32 le = GUINT32_TO_LE (value);

  tabella_put (out, &le, sizeof le);
}

void
tabella_reader_init (TabellaReader *r, gconstpointer bytes, gsize size)
{
  *r = (TabellaReader){ .p = bytes, .left = size, .failed = FALSE };
}

const guint8 *
tabella_get (TabellaReader *r, gsize size)
{
  const guint8 *p = r->p;

  if (r->failed || size > r->left) {
    r->failed = TRUE;
    return NULL;
  }
  r->p += size;
  r->left -= size;
  return p;
}

guint8
tabella_get_u8 (TabellaReader *r)
{
  const guint8 *p = tabella_get (r, 1);

  return p == NULL ? 0 : p[0];
}

guint16
tabella_get_u16 (TabellaReader *r)
{
  const guint8 *p = tabella_get (r, 2);

  return p == NULL ? 0 : (guint16)(p[0] | p[1] << 8);
}

guint32
tabella_get_u32 (TabellaReader *r)
{
  const guint8 *p = tabella_get (r, 4);

  if (p == NULL)
    return 0;
  return (guint32)p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24;
}

gboolean
tabella_reader_done (const TabellaReader *r)
{
  return !r->failed && r->left == 0;
}

char *
tabella_bytes_text (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return size > 0 ? g_strndup (data, size) : g_strdup ("");
}

char *
tabella_hex (gconstpointer bytes, gsize size)
{
  static const char digits[] = "0123456789abcdef";
  const guint8 *b = bytes;
  char *hex = g_malloc (2 * size + 1);

  for (gsize i = 0; i < size; i++) {
    hex[2 * i] = digits[b[i] >> 4];
    hex[2 * i + 1] = digits[b[i] & 15];
  }
  hex[2 * size] = '\0';
  return hex;
}

static int
hex_digit (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

gboolean
tabella_unhex (const char *hex, guint8 *out, gsize size)
{
  if (strlen (hex) != 2 * size)
    return FALSE;
  for (gsize i = 0; i < size; i++) {
    int high = hex_digit (hex[2 * i]), low = hex_digit (hex[2 * i + 1]);

    if (high < 0 || low < 0)
      return FALSE;
    out[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}
