/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ids.h"

#include <string.h>

TabellaIdVerdict
tabella_id_normalise (const char *typed, char *out)
{
  gsize length = 0;

  out[0] = '\0';
  if (!g_utf8_validate (typed, -1, NULL))
    return TABELLA_ID_MALFORMED;
  for (const char *p = typed; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c >= 0xFF01 && c <= 0xFF5E)
      c -= 0xFF01 - 0x21;
    if (c >= 'a' && c <= 'z')
      c -= 'a' - 'A';
    if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
      continue;
    if (length == TABELLA_ID_MAX) {
      memset (out, 0, TABELLA_ID_MAX + 1);
      return TABELLA_ID_MALFORMED;
    }
    out[length++] = (char)c;
    out[length] = '\0';
  }
  return length > 0 ? TABELLA_ID_OK : TABELLA_ID_MALFORMED;
}

/* A digit is itself, A is 10 … Z is 35. */
static guint
value_of (char c)
{
  return g_ascii_isdigit (c) ? (guint)(c - '0') : (guint)(c - 'A') + 10;
}

/* A = letter, 9 = digit, X = either. */
static gboolean
matches (const char *mask, const char *id)
{
  for (; *mask != '\0' && *id != '\0'; mask++, id++) {
    gboolean digit = g_ascii_isdigit (*id), letter = g_ascii_isupper (*id);

    if ((*mask == 'A' && !letter) || (*mask == '9' && !digit) || (!digit && !letter))
      return FALSE;
  }
  return *mask == *id;
}

static TabellaIdVerdict
check_hkid (const char *id)
{
  gsize length = strlen (id);
  guint sum = 0, check;

  if (!(matches ("A999999X", id) || matches ("AA999999X", id)) ||
      (g_ascii_isalpha (id[length - 1]) && id[length - 1] != 'A'))
    return TABELLA_ID_MALFORMED;
  if (length == 8)
    sum = 36 * 9; /* the missing first letter */
  for (gsize i = 0; i + 1 < length; i++)
    sum += value_of (id[i]) * (guint)(length - i);
  check = (11 - sum % 11) % 11;
  return value_of (id[length - 1]) == check ? TABELLA_ID_OK : TABELLA_ID_BAD_CHECK;
}

static gboolean
check_luhn (const char *id)
{
  guint sum = 0, place = 0;

  for (gsize i = strlen (id); i-- > 0; place++) {
    guint digit = value_of (id[i]);

    if (digit > 9)
      return FALSE;
    if (place % 2 == 1)
      digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

/* ISO 7064 pure system with one check character, 0–9 or X. */
static gboolean
check_mod11_2 (const char *id)
{
  guint p = 0;

  for (; *id != '\0'; id++) {
    gboolean ten = *id == 'X' && id[1] == '\0';
    guint value = ten ? 10 : value_of (*id);

    if (value > 9 && !ten)
      return FALSE;
    p = (p * 2 + value) % 11;
  }
  return p == 1;
}

/* ISO 7064 pure system with two check digits; letters count as 10–35, as in a LEI. */
static gboolean
check_mod97_10 (const char *id)
{
  guint p = 0;

  for (; *id != '\0'; id++) {
    guint value = value_of (*id);

    p = (p * (value > 9 ? 100 : 10) + value) % 97;
  }
  return p == 1;
}

/* The product of the dihedral group of order ten. */
static guint
dihedral (guint a, guint b)
{
  if (a < 5)
    return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
  return b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
}

static gboolean
check_verhoeff (const char *id)
{
  static const guint permutation[10] = { 1, 5, 7, 6, 2, 8, 3, 0, 9, 4 };
  guint check = 0, place = 0;

  for (gsize i = strlen (id); i-- > 0; place++) {
    guint digit = value_of (id[i]);

    if (digit > 9)
      return FALSE;
    for (guint k = 0; k < place % 8; k++)
      digit = permutation[digit];
    check = dihedral (check, digit);
  }
  return check == 0;
}

static gboolean
check_characters (TabellaIdCheck check, const char *id)
{
  switch (check) {
  case TABELLA_CHECK_NONE:
    return TRUE;
  case TABELLA_CHECK_LUHN:
    return check_luhn (id);
  case TABELLA_CHECK_MOD11_2:
    return check_mod11_2 (id);
  case TABELLA_CHECK_MOD97_10:
    return check_mod97_10 (id);
  case TABELLA_CHECK_VERHOEFF:
    return check_verhoeff (id);
  default:
    return FALSE;
  }
}

TabellaIdVerdict
tabella_id_check (const TabellaIdScheme *scheme, const char *id)
{
  if (scheme->kind == TABELLA_IDS_HKID)
    return check_hkid (id);
  for (guint i = 0; scheme->patterns[i] != NULL; i++)
    if (matches (scheme->patterns[i], id))
      return check_characters (scheme->check, id) ? TABELLA_ID_OK : TABELLA_ID_BAD_CHECK;
  return TABELLA_ID_MALFORMED;
}

guint
tabella_id_lane (const TabellaIdScheme *scheme, const char *id)
{
  gsize i = strlen (id);

  if (scheme->kind == TABELLA_IDS_HKID && i > 0)
    i--; /* the check character has no part in it */
  while (i-- > 0)
    if (g_ascii_isdigit (id[i]))
      return value_of (id[i]);
  return 0;
}
