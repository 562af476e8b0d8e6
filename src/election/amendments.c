/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "amendments.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "amendment-form.h"
#include "bytes.h"
#include "codes.h"
#include "election-internal.h"
#include "files.h"

#define SHORT_SIZE (8 + 2 + 1 + 2 + 4 + 64)

void
tabella_amendment_free (TabellaAmendment *a)
{
  if (a == NULL)
    return;
  g_clear_pointer (&a->text, g_hash_table_unref);
  g_clear_pointer (&a->bytes, g_bytes_unref);
  g_free (a->minisig);
  g_free (a->short_form);
  g_free (a);
}

guint32
tabella_amend_spare_value (guint16 station, guint16 lane, TabellaRole role)
{
  return station | (guint32)lane << 16 | (guint32)role << 26;
}

void
tabella_amend_spare_split (guint32 value, guint16 *station, guint16 *lane, TabellaRole *role)
{
  *station = (guint16)value;
  *lane = (guint16)(value >> 16 & 0x3FF);
  *role = (TabellaRole)(value >> 26);
}

static void
check_spare (const TabellaManifest *m, const TabellaAmendment *a, GPtrArray *problems)
{
  const TabellaTerminalInfo *t = tabella_manifest_terminal (m, a->target);
  guint16 station, lane;
  TabellaRole role;

  tabella_amend_spare_split (a->value, &station, &lane, &role);
  if (t->role != TABELLA_ROLE_SPARE)
    tabella_problem (problems, "target", _ ("terminal %u is a %s; only a spare can be assigned"),
                     a->target, tabella_role_name (t->role));
  if (station != t->station)
    tabella_problem (problems, "value", _ ("station %u is not the spare's own, which is %u"),
                     station, t->station);
  if (a->value >> 26 > TABELLA_ROLE_BOOTH)
    tabella_problem (problems, "value", _ ("a spare becomes combined (0), desk (1) or booth (2)"));
  else if ((lane == 0) != (role == TABELLA_ROLE_BOOTH))
    tabella_problem (problems, "value",
                     role == TABELLA_ROLE_BOOTH
                         ? _ ("a booth has no last digits")
                         : _ ("a desk or combined terminal needs last digits"));
}

/* The target of @a exists and its value fits its kind (protocol section 4). */
static void
check_meaning (const TabellaManifest *m, const TabellaAmendment *a, GPtrArray *problems)
{
  gboolean value = FALSE; /* may it be other than 0? */

  switch (a->kind) {
  case TABELLA_AMEND_HOURS:
  case TABELLA_AMEND_OPENED:
  case TABELLA_AMEND_MOVED:
  case TABELLA_AMEND_CLOSED:
    if (tabella_election_station (m->election, a->target) == NULL)
      tabella_problem (problems, "target", _ ("station %u does not exist"), a->target);
    break;
  case TABELLA_AMEND_ADDED:
    tabella_problem (problems, "kind",
                     _ ("adding terminals (5) is not possible in this version; "
                        "assign a spare instead"));
    return;
  case TABELLA_AMEND_SPARE:
  case TABELLA_AMEND_REVOKED:
  case TABELLA_AMEND_ENDED:
    value = a->kind != TABELLA_AMEND_REVOKED;
    if (tabella_manifest_terminal (m, a->target) == NULL)
      tabella_problem (problems, "target", _ ("terminal %u is not in the manifest"), a->target);
    else if (a->kind == TABELLA_AMEND_SPARE)
      check_spare (m, a, problems);
    if (a->kind == TABELLA_AMEND_ENDED && a->value > G_MAXUINT16)
      tabella_problem (problems, "value", _ ("batch %u does not exist"), a->value);
    break;
  case TABELLA_AMEND_NOTICE:
    if (a->target != 0)
      tabella_problem (problems, "target", _ ("a notice is for all: it must be 0"));
    break;
  default:
    tabella_problem (problems, "kind", _ ("%d is not known (1 to 9 are)"), (int)a->kind);
    return;
  }
  if (!value && a->value != 0)
    tabella_problem (problems, "value", _ ("must be 0 for kind %d"), (int)a->kind);
  if (a->has_digest && a->kind != TABELLA_AMEND_ENDED)
    tabella_problem (problems, "detail", _ ("must be null for kind %d"), (int)a->kind);
  if (a->has_digest && a->value == 0)
    tabella_problem (problems, "detail", _ ("names a batch, but the terminal ends without one"));
}

gboolean
tabella_amendment_possible (const TabellaManifest *m, const TabellaAmendment *a)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  const GPtrArray *terminals = m->terminals;

  if (a->kind == TABELLA_AMEND_ADDED)
    return a->value == 0 &&
           (terminals->len == 0 ||
            a->target > ((const TabellaTerminalInfo *)terminals->pdata[terminals->len - 1])->index);
  check_meaning (m, a, problems);
  return problems->len == 0;
}

static void
parse_detail (json_t *json, TabellaAmendment *a, GPtrArray *problems)
{
  static const char *const names[] = { "digest", NULL };
  json_t *obj;

  if (json_is_null (json_object_get (json, "detail")) || a->kind == TABELLA_AMEND_ADDED)
    return;
  obj = tabella_json_object (json, "", "detail", problems);
  if (obj == NULL)
    return;
  tabella_json_only (obj, "detail.", names, problems);
  a->has_digest = tabella_json_hex (obj, "detail.", "digest", a->digest, 32, problems);
}

/* The content of a file whose signature is good. */
static TabellaAmendment *
parse_content (const TabellaManifest *m, const char *what, GBytes *bytes, GError **error)
{
  static const char *const names[] = { "election", "number", "kind",   "target",
                                       "value",    "text",   "detail", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaAmendment) a = g_new0 (TabellaAmendment, 1);
  g_autoptr (json_t) json =
      tabella_json_parse (what, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  guint8 he[32];

  if (json == NULL)
    return NULL;
  tabella_json_only (json, "", names, problems);
  if (tabella_json_hex (json, "", "election", he, 32, problems) && memcmp (he, m->he, 32) != 0) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_OTHER,
                 _ ("%s: election: belongs to another election"), what);
    return NULL;
  }
  a->number = (guint16)tabella_json_int (json, "", "number", 1, G_MAXUINT16, problems);
  a->kind = (TabellaAmendKind)tabella_json_int (json, "", "kind", TABELLA_AMEND_HOURS,
                                                TABELLA_AMEND_NOTICE, problems);
  a->target = (guint16)tabella_json_int (json, "", "target", 0, G_MAXUINT16, problems);
  a->value = (guint32)tabella_json_int (json, "", "value", 0, G_MAXUINT32, problems);
  if (!json_is_null (json_object_get (json, "text")))
    a->text = tabella_field_text (json, "", "text", m->election->languages, problems);
  parse_detail (json, a, problems);
  if (problems->len == 0)
    check_meaning (m, a, problems);
  return tabella_problems_none (what, problems, error) ? g_steal_pointer (&a) : NULL;
}

char *
tabella_amendment_comment (const guint8 he[32], guint16 number)
{
  g_autofree char *id = tabella_hex (he, 8);

  return g_strdup_printf ("tabella amendment election=%s number=%u", id, number);
}

static TabellaAmendment *
refuse_signature (GError **error, const char *what, const char *reason)
{
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_SIGNATURE,
               _ ("%s: %s; get the amendment again from the organisers"), what, reason);
  return NULL;
}

TabellaAmendment *
tabella_amendment_parse (const TabellaManifest *m, const char *what, GBytes *bytes,
                         const char *minisig, GError **error)
{
  g_autoptr (TabellaAmendment) a = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *comment = NULL, *wanted = NULL;

  if (!tabella_minisign_verify (&m->organisers, g_bytes_get_data (bytes, NULL),
                                g_bytes_get_size (bytes), minisig, strlen (minisig), &comment,
                                &cause))
    return refuse_signature (error, what, cause->message);
  a = parse_content (m, what, bytes, error);
  if (a == NULL)
    return NULL;
  wanted = tabella_amendment_comment (m->he, a->number);
  if (!g_str_equal (comment, wanted))
    return refuse_signature (error, what, _ ("its trusted comment names another amendment"));
  a->bytes = g_bytes_ref (bytes);
  a->minisig = g_strdup (minisig);
  return g_steal_pointer (&a);
}

void
tabella_amendment_message (const guint8 he[32], const TabellaAmendment *a,
                           guint8 message[AMENDMENT_MESSAGE])
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  tabella_put (out, he, 32);
  tabella_put_u16 (out, a->number);
  tabella_put_u8 (out, (guint8)a->kind);
  tabella_put_u16 (out, a->target);
  tabella_put_u32 (out, a->value);
  memcpy (message, out->data, AMENDMENT_MESSAGE);
}

static TabellaAmendment *
refuse_short (GError **error, int code, const char *reason)
{
  g_set_error (error, TABELLA_ELECTION_ERROR, code, _ ("amendment code: %s"), reason);
  return NULL;
}

TabellaAmendment *
tabella_amendment_parse_short (const TabellaManifest *m, const char *text, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaAmendment) a = g_new0 (TabellaAmendment, 1);
  g_autoptr (GByteArray) bytes = NULL;
  guint8 message[AMENDMENT_MESSAGE];
  const guint8 *he;
  TabellaSigVerdict verdict;
  TabellaReader r;

  if (g_str_has_prefix (text, SHORT_PREFIX))
    bytes = tabella_unbase32 (text + strlen (SHORT_PREFIX), strlen (text + strlen (SHORT_PREFIX)));
  if (bytes == NULL || bytes->len != SHORT_SIZE)
    return refuse_short (error, TABELLA_ELECTION_ERROR_FORMAT,
                         _ ("it must begin with TA1. and be whole; type or scan it again"));
  tabella_reader_init (&r, bytes->data, bytes->len);
  he = tabella_get (&r, 8);
  if (memcmp (he, m->he, 8) != 0)
    return refuse_short (error, TABELLA_ELECTION_ERROR_OTHER, _ ("it belongs to another election"));
  a->number = tabella_get_u16 (&r);
  a->kind = (TabellaAmendKind)tabella_get_u8 (&r);
  a->target = tabella_get_u16 (&r);
  a->value = tabella_get_u32 (&r);
  tabella_amendment_message (m->he, a, message);
  tabella_sign_check (m->organisers.key, SHORT_LABEL, message, sizeof message, r.p, &verdict);
  if (verdict != TABELLA_SIG_GOOD)
    return refuse_short (error, TABELLA_ELECTION_ERROR_SIGNATURE,
                         _ ("the organisers did not sign it; type or scan it again"));
  if (a->number == 0)
    tabella_problem (problems, "number", _ ("must be at least 1"));
  check_meaning (m, a, problems);
  a->short_form = g_strdup (text);
  return tabella_problems_none ("amendment code", problems, error) ? g_steal_pointer (&a) : NULL;
}

TabellaAmendment *
tabella_amendment_load (const TabellaManifest *m, const char *path, GError **error)
{
  g_autofree char *sig_path = g_strconcat (path, ".minisig", NULL);
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_AMENDMENT_LIMIT, error), sig = NULL;
  g_autofree char *text = NULL;

  if (bytes == NULL)
    return NULL;
  sig = tabella_file_read (sig_path, TABELLA_AMENDMENT_LIMIT, error);
  if (sig == NULL)
    return NULL;
  if (memchr (g_bytes_get_data (sig, NULL), '\0', g_bytes_get_size (sig)) != NULL)
    return refuse_signature (error, sig_path, _ ("not a signature"));
  text = tabella_bytes_text (sig);
  return tabella_amendment_parse (m, path, bytes, text, error);
}

/* The file's name says its number, and in a whole chain none is left out. */
static gboolean
check_place (const char *path, const TabellaAmendment *a, guint expected, gboolean whole,
             GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_strdup_printf ("%04u.json", a->number);

  if (!g_str_equal (base, name)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 _ ("%s: it is amendment %u and belongs into %s; undo the renaming"), path,
                 a->number, name);
    return FALSE;
  }
  if (whole && a->number != expected) {
    g_set_error (
        error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
        _ ("%s: amendment %u is missing before it; get the whole chain from the organisers"), path,
        expected);
    return FALSE;
  }
  return TRUE;
}

static int
compare_number (gconstpointer a, gconstpointer b)
{
  const TabellaAmendment *s = *(const TabellaAmendment *const *)a;
  const TabellaAmendment *t = *(const TabellaAmendment *const *)b;

  return (int)s->number - (int)t->number;
}

GPtrArray *
tabella_amendments_load (const TabellaManifest *m, const char *folder, gboolean whole,
                         GError **error)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_amendment_free);
  g_autofree char *place = g_build_filename (folder, "amendments", NULL);
  g_autoptr (GPtrArray) names = tabella_folder_list_if_any (place, error);

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (place, names->pdata[i], NULL);
    TabellaAmendment *a;

    if (!g_str_has_suffix (path, ".json"))
      continue;
    a = tabella_amendment_load (m, path, error);
    if (a == NULL)
      return NULL;
    g_ptr_array_add (list, a);
    if (!check_place (path, a, list->len, whole, error))
      return NULL;
  }
  g_ptr_array_sort (list, compare_number);
  return g_steal_pointer (&list);
}

void
tabella_amendments_status (const TabellaManifest *m, GPtrArray *amendments,
                           const TabellaTerminalInfo *t, TabellaTerminalStatus *status)
{
  memset (status, 0, sizeof *status);
  status->station = t->station;
  status->role = t->role;
  status->lane = t->lane;
  for (guint i = 0; i < amendments->len; i++) {
    const TabellaAmendment *a = amendments->pdata[i];

    if (a->target != t->index)
      continue;
    if (a->kind == TABELLA_AMEND_SPARE) {
      tabella_amend_spare_split (a->value, &status->station, &status->lane, &status->role);
      status->took_over = TRUE;
    } else if (a->kind == TABELLA_AMEND_REVOKED) {
      status->revoked = TRUE;
    } else if (a->kind == TABELLA_AMEND_ENDED) {
      status->ended = TRUE;
      status->ended_batch = (guint16)a->value;
      status->has_digest = a->has_digest;
      memcpy (status->digest, a->digest, 32);
    }
  }
}
