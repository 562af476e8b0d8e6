/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "amendment-code.h"

#include <string.h>
#include "amendment-form.h"
#include "bytes.h"
#include "codes.h"

/* Where what lies in the code: 5 bits a character after the prefix. */
#define HE_BYTES     8
#define FIXED_CHARS  12 /* wholly of the election id; the next one has 4 more of its bits */
#define HEAD_BYTES   (HE_BYTES + 2 + 1 + 2 + 4)
#define HEAD_CHARS   28
#define HEAD_GROUP   4 /* number, kind, target and value lie in groups 4 to 7 */
#define HEAD_LAST    7
#define ALPHABET     "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define NEVER_TYPED  '9'
#define MISREAD      "018" /* in no code; for letters that look like them */
#define MEANT        "OIB"
#define PREFIX_TYPED "TAI" /* the prefix before its full stop, after that */

void
tabella_typed_code_clear (TabellaTypedCode *c)
{
  memset (c, 0, sizeof *c);
  g_strlcpy (c->groups[0], SHORT_PREFIX, sizeof c->groups[0]);
}

guint
tabella_typed_code_size (guint group)
{
  return group == TABELLA_CODE_GROUPS - 1 ? TABELLA_CODE_LAST : TABELLA_CODE_GROUP;
}

gboolean
tabella_typed_code_full (const TabellaTypedCode *c, guint group)
{
  return strlen (c->groups[group]) == tabella_typed_code_size (group);
}

/* The character that was meant; '.' stays, 0 for what is left out. */
static char
fold (gunichar typed)
{
  const char *misread;
  char folded;

  if (typed >= 0xFF01 && typed <= 0xFF5E)
    typed -= 0xFF01 - 0x21;
  folded = typed < 0x80 ? g_ascii_toupper ((char)typed) : '\0';
  if (!g_ascii_isalnum (folded))
    return folded == '.' ? '.' : '\0';
  misread = strchr (MISREAD, folded);
  return misread != NULL ? MEANT[misread - MISREAD] : folded;
}

/* Do the characters before @at of @group end as the prefix does before its full stop? */
static gboolean
after_prefix (const TabellaTypedCode *c, guint group, gsize at)
{
  g_autoptr (GString) before = g_string_new (group > 1 ? c->groups[group - 1] : NULL);

  if (group < TABELLA_CODE_GROUPS)
    g_string_append_len (before, c->groups[group], (gssize)at);
  return g_str_has_suffix (before->str, PREFIX_TYPED);
}

guint
tabella_typed_code_put (TabellaTypedCode *c, guint group, const char *typed)
{
  gsize at = 0;

  if (group < TABELLA_CODE_GROUPS)
    memset (c->groups[group], 0, sizeof c->groups[group]);
  for (const char *p = typed; *p != '\0'; p = g_utf8_next_char (p)) {
    const char folded = fold (g_utf8_get_char (p));

    if (folded == '.' && after_prefix (c, group, at)) {
      tabella_typed_code_clear (c);
      group = 1;
      at = 0;
    } else if (folded != '\0' && folded != '.' && group < TABELLA_CODE_GROUPS) {
      if (at == 0)
        memset (c->groups[group], 0, sizeof c->groups[group]);
      c->groups[group][at++] = folded;
    }
    if (group < TABELLA_CODE_GROUPS && at == tabella_typed_code_size (group)) {
      group++;
      at = 0;
    }
  }
  return group;
}

gboolean
tabella_typed_code_whole (const TabellaTypedCode *c)
{
  for (guint i = 0; i < TABELLA_CODE_GROUPS; i++)
    if (!tabella_typed_code_full (c, i))
      return FALSE;
  return TRUE;
}

char *
tabella_typed_code_text (const TabellaTypedCode *c)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < TABELLA_CODE_GROUPS; i++)
    g_string_append (text, c->groups[i]);
  return g_string_free (text, FALSE);
}

char *
tabella_typed_code_fixed (const TabellaManifest *m, guint group)
{
  g_autofree char *id = tabella_base32 (m->he, HE_BYTES);

  if (group == 0)
    return g_strdup (SHORT_PREFIX);
  return group < HEAD_GROUP
             ? g_strndup (id + (gsize)(group - 1) * TABELLA_CODE_GROUP, TABELLA_CODE_GROUP)
             : NULL;
}

/* The five bits of a character; 32 if it has none. */
static guint
value_of (char c)
{
  const char *found = strchr (ALPHABET, c);

  return found != NULL ? (guint)(found - ALPHABET) : 32;
}

static gboolean
is_of_election (const TabellaTypedCode *c, const TabellaManifest *m, guint group)
{
  g_autofree char *fixed = tabella_typed_code_fixed (m, group);
  g_autofree char *id = tabella_base32 (m->he, HE_BYTES);

  if (group == HEAD_GROUP) /* its first character has the last four bits and one of the number */
    return value_of (c->groups[group][0]) >> 1 == value_of (id[FIXED_CHARS]) >> 1;
  return fixed == NULL || g_str_equal (fixed, c->groups[group]);
}

/* Could the organisers have meant what groups 4 to 7 say? */
static gboolean
is_possible (const TabellaTypedCode *c, const TabellaManifest *m)
{
  g_autofree char *text = tabella_typed_code_text (c);
  g_autofree char *head = g_strndup (text + strlen (SHORT_PREFIX), HEAD_CHARS);
  g_autoptr (GByteArray) bytes = NULL;
  TabellaAmendment a = { 0 };
  TabellaReader r;

  head[HEAD_CHARS - 1] = ALPHABET[value_of (head[HEAD_CHARS - 1]) & ~15u]; /* a signature's bits */
  bytes = tabella_unbase32 (head, HEAD_CHARS);
  if (bytes == NULL)
    return FALSE;
  tabella_reader_init (&r, bytes->data, HEAD_BYTES);
  tabella_get (&r, HE_BYTES);
  a.number = tabella_get_u16 (&r);
  a.kind = (TabellaAmendKind)tabella_get_u8 (&r);
  a.target = tabella_get_u16 (&r);
  a.value = tabella_get_u32 (&r);
  return a.number > 0 && tabella_amendment_possible (m, &a);
}

/* The signature's last byte is at most 0x10 (its scalar is below the group's order), and the bits
 * after it are zero. */
static gboolean
is_an_end (const char *group)
{
  const guint byte = value_of (group[0]) << 3 | value_of (group[1]) >> 2;

  return byte <= 0x10 && (value_of (group[1]) & 3) == 0;
}

static TabellaCodeDoubt
doubt_group (const TabellaTypedCode *c, const TabellaManifest *m, guint group)
{
  if (strchr (c->groups[group], NEVER_TYPED) != NULL)
    return TABELLA_CODE_CHARACTER;
  if (!is_of_election (c, m, group))
    return TABELLA_CODE_ELECTION;
  if (group == TABELLA_CODE_GROUPS - 1 && !is_an_end (c->groups[group]))
    return TABELLA_CODE_END;
  return TABELLA_CODE_POSSIBLE;
}

TabellaCodeDoubt
tabella_typed_code_doubt (const TabellaTypedCode *c, const TabellaManifest *m, guint *first,
                          guint *last)
{
  gboolean head = TRUE;

  for (guint i = 1; i < TABELLA_CODE_GROUPS; i++) {
    const gboolean full = tabella_typed_code_full (c, i);
    const TabellaCodeDoubt doubt = full ? doubt_group (c, m, i) : TABELLA_CODE_POSSIBLE;

    *first = *last = i;
    if (doubt != TABELLA_CODE_POSSIBLE)
      return doubt;
    head = head && (full || i > HEAD_LAST);
    if (i == HEAD_LAST && head && !is_possible (c, m)) {
      *first = HEAD_GROUP;
      return TABELLA_CODE_MEANING;
    }
  }
  *first = *last = 0;
  return TABELLA_CODE_POSSIBLE;
}
