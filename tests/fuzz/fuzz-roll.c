/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of voters and what becomes of it: slices, a voter's boxed record, terminals' keys. */
#include "fuzz.h"

#include <string.h>
#include "bytes.h"
#include "roll-csv.h"
#include "roll-format.h"

/* --- The list (CSV) --- */

static gboolean
read_list (const char *path, TabellaRollList *list)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  TabellaRollProblems problems = { kept, 0 };
  g_autoptr (GError) error = NULL;

  FUZZ_CHECK (
      tabella_roll_csv_read (fuzz_hand ()->election, path, NULL, NULL, list, &problems, &error));
  fuzz_verdict (TRUE, error);
  FUZZ_CHECK (problems.n >= kept->len && (problems.n == 0) == (kept->len == 0));
  for (guint i = 0; i < kept->len; i++)
    fuzz_check_words (kept->pdata[i]);
  return problems.n == 0;
}

/* Its entries as a list again; a name with its quotation marks doubled. */
static char *
write_list (const TabellaElection *e, const TabellaRollList *list)
{
  GString *text = g_string_new ("id,name,style,station\n");

  for (guint i = 0; i < list->entries->len; i++) {
    const TabellaRollEntry *entry = &g_array_index (list->entries, TabellaRollEntry, i);
    g_autoptr (GString) name = g_string_new (list->text + entry->name);

    g_string_replace (name, "\"", "\"\"", 0);
    g_string_append_printf (text, "%s,\"%s\",%s,%s\n", list->text + entry->id, name->str,
                            tabella_election_style (e, entry->style)->id,
                            tabella_election_station (e, entry->station)->id);
  }
  return g_string_free (text, FALSE);
}

static void
check_entry (const TabellaElection *e, const TabellaRollList *list, const TabellaRollEntry *entry)
{
  const char *id = list->text + entry->id, *name = list->text + entry->name;
  char again[TABELLA_ID_MAX + 1];

  FUZZ_CHECK (entry->id < list->used && entry->name < list->used);
  FUZZ_CHECK (tabella_id_normalise (id, again) == TABELLA_ID_OK && g_str_equal (id, again));
  FUZZ_CHECK (tabella_id_check (&e->ids, id) == TABELLA_ID_OK && entry->lane <= 9);
  FUZZ_CHECK (strlen (name) >= 1 && strlen (name) <= list->longest);
  FUZZ_CHECK (tabella_election_style_allowed (e, entry->station, entry->style));
}

static gboolean
run_roll (const guint8 *bytes, gsize size)
{
  const TabellaElection *e = fuzz_hand ()->election;
  g_autofree char *path = fuzz_path ("roll.csv");
  g_auto (TabellaRollList) list = { 0 };
  g_auto (TabellaRollList) again = { 0 };
  g_autofree char *text = NULL;

  fuzz_write (path, bytes, size);
  if (!read_list (path, &list))
    return FALSE;
  FUZZ_CHECK (list.used <= list.size && list.longest <= TABELLA_NAME_MAX);
  text = write_list (e, &list);
  fuzz_write (path, text, strlen (text));
  FUZZ_CHECK (read_list (path, &again) && again.entries->len == list.entries->len);
  for (guint i = 0; i < list.entries->len; i++) {
    const TabellaRollEntry *a = &g_array_index (list.entries, TabellaRollEntry, i);
    const TabellaRollEntry *b = &g_array_index (again.entries, TabellaRollEntry, i);

    check_entry (e, &list, a);
    FUZZ_CHECK (g_str_equal (list.text + a->name, again.text + b->name));
    FUZZ_CHECK (g_str_equal (list.text + a->id, again.text + b->id));
  }
  return TRUE;
}

static void
seed_roll (void)
{
  g_autofree char *id = fixture_id (1), *other = fixture_id (654321);
  const char *station = tabella_election_station (fuzz_hand ()->election, 1)->id;
  const char *style =
      tabella_election_style (
          fuzz_hand ()->election,
          g_array_index (tabella_election_station (fuzz_hand ()->election, 1)->styles, guint16, 0))
          ->id;
  g_autofree char *plain =
      g_strdup_printf ("id,name,style,station\n%s,Voter One,%s,%s\n", id, style, station);
  g_autofree char *quoted = g_strdup_printf (
      "\xEF\xBB\xBFstation,\"name\",id,style\r\n%s,\"陳, \"\"Tai\"\" Man\",%.7s(%c),%s\r\n",
      station, other, other[7], style);

  fuzz_seed_text ("plain", plain);
  fuzz_seed_text ("quoted", quoted);
}

const FuzzTarget fuzz_roll = { "roll", NULL, run_roll, seed_roll, FUZZ_LINES };

/* --- A slice file --- */

static const guint8 slice_key[32] = "the slice's key in every run of";
static const char voter_id[] = "A1234563";

/* A slice of one voter whose record is @record, at most G_MAXUINT16 - SLICE_TAG bytes. */
static GBytes *
make_slice (const guint8 *record, gsize size)
{
  GByteArray *out = g_byte_array_new ();
  g_autofree guint8 *box = g_malloc (size + SLICE_TAG);
  guint8 p[32], key[32], nonce[SLICE_NONCE] = { 0 };

  tabella_pseudonym (slice_key, voter_id, p);
  tabella_record_key (slice_key, voter_id, key);
  FUZZ_CHECK (crypto_aead_xchacha20poly1305_ietf_encrypt (box, NULL, record, size, p, 32, NULL,
                                                          nonce, key) == 0);
  tabella_put (out, SLICE_MAGIC, 8);
  tabella_put_u32 (out, 1);
  tabella_put_u16 (out, (guint16)(size + SLICE_TAG));
  tabella_put (out, p, 32);
  tabella_put (out, nonce, SLICE_NONCE);
  tabella_put (out, box, size + SLICE_TAG);
  return g_byte_array_free_to_bytes (out);
}

static gboolean
run_slice (const guint8 *bytes, gsize size)
{
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaSlice) slice = tabella_slice_parse (file, &error);
  gsize entry;

  if (!fuzz_verdict (slice != NULL, error))
    return FALSE;
  entry =
      tabella_slice_count (slice) == 0 ? 0 : (size - SLICE_HEADER) / tabella_slice_count (slice);
  FUZZ_CHECK (SLICE_HEADER + entry * tabella_slice_count (slice) == size);
  for (guint32 i = 0; i < tabella_slice_count (slice); i++) {
    const guint8 *p = bytes + SLICE_HEADER + i * entry;
    g_autoptr (TabellaVoter) voter = NULL;

    FUZZ_CHECK (tabella_slice_has (slice, p));
    voter = tabella_slice_find (slice, slice_key, p, voter_id, &error);
    fuzz_verdict (voter != NULL, error);
    g_clear_error (&error);
  }
  return TRUE;
}

static void
seed_slice (void)
{
  static const guint8 empty[SLICE_HEADER] = { 'T', 'A', 'S', 'L', 'I', 'C', 'E',
                                              '1', 0,   0,   0,   0,   32,  0 };
  static const guint8 record[16] = { 0, 0, 1, 0, 0, 0, 3, 0, 'A', 'd', 'a' };
  g_autoptr (GBytes) one = make_slice (record, sizeof record);
  g_autoptr (GByteArray) two = g_byte_array_new ();

  fuzz_seed ("empty", empty, sizeof empty);
  fuzz_seed ("one", g_bytes_get_data (one, NULL), g_bytes_get_size (one));
  tabella_put (two, g_bytes_get_data (one, NULL), g_bytes_get_size (one));
  tabella_put (two, (const guint8 *)g_bytes_get_data (one, NULL) + SLICE_HEADER,
               g_bytes_get_size (one) - SLICE_HEADER);
  two->data[8] = 2;
  two->data[SLICE_HEADER] = 0;
  two->data[SLICE_HEADER + 32 + SLICE_NONCE + 32] = 0xFF;
  fuzz_seed ("two", two->data, two->len);
}

const FuzzTarget fuzz_slice = { "slice", NULL, run_slice, seed_slice };

/* --- A voter's record, once its box is opened --- */

static gboolean
run_voter (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (TabellaSlice) slice = NULL;
  g_autoptr (TabellaVoter) voter = NULL;
  g_autoptr (GByteArray) again = g_byte_array_new ();
  guint8 p[32];

  if (size < RECORD_HEAD || size > 4096)
    return FALSE;
  file = make_slice (bytes, size);
  slice = tabella_slice_parse (file, &error);
  FUZZ_CHECK (slice != NULL);
  tabella_pseudonym (slice_key, voter_id, p);
  voter = tabella_slice_find (slice, slice_key, p, voter_id, &error);
  if (!fuzz_verdict (voter != NULL, error))
    return FALSE;
  tabella_put_u16 (again, voter->style);
  tabella_put_u16 (again, voter->station);
  tabella_put_u16 (again, voter->flags);
  tabella_put_u16 (again, (guint16)strlen (voter->name));
  tabella_put (again, voter->name, strlen (voter->name));
  FUZZ_CHECK (again->len <= size && memcmp (again->data, bytes, again->len) == 0);
  FUZZ_CHECK (sodium_is_zero (bytes + again->len, size - again->len) == 1);
  return TRUE;
}

static void
seed_voter (void)
{
  static const guint8 record[] = { 1, 0, 4, 0, 0, 0, 3, 0, 'A', 'd', 'a', 0, 0, 0, 0, 0 };
  static const guint8 bare[RECORD_HEAD] = { 0 };

  fuzz_seed ("ada", record, sizeof record);
  fuzz_seed ("bare", bare, sizeof bare);
}

const FuzzTarget fuzz_voter = { "voter", NULL, run_voter, seed_voter };

/* --- A terminal's keys, once unsealed --- */

static gboolean
run_roll_keys (const guint8 *bytes, gsize size)
{
  const TabellaTerminalSecrets *s = fuzz_fixture ()->secrets->pdata[0];
  g_autofree guint8 *sealed = g_malloc (size + crypto_box_SEALBYTES);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autoptr (GByteArray) again = g_byte_array_new ();

  FUZZ_CHECK (crypto_box_seal (sealed, bytes, size, s->box_key) == 0);
  file = g_bytes_new (sealed, size + crypto_box_SEALBYTES);
  keys = tabella_roll_keys_open (file, s, &error);
  if (!fuzz_verdict (keys != NULL, error))
    return FALSE;
  tabella_put (again, KEYS_MAGIC, 8);
  tabella_put (again, keys->roll_key, 32);
  tabella_put (again, keys->ticket_key, 32);
  tabella_put_u16 (again, (guint16)keys->n);
  tabella_put (again, keys->slices, keys->n * sizeof (TabellaSliceKey));
  FUZZ_CHECK (again->len == size && memcmp (again->data, bytes, size) == 0);
  return TRUE;
}

static void
seed_roll_keys (void)
{
  guint8 content[KEYS_HEAD + 64 * TABELLA_SLICE_KEYS_MAX] = KEYS_MAGIC;

  fuzz_seed ("booth", content, KEYS_HEAD);
  content[KEYS_HEAD - 2] = 1;
  fuzz_seed ("desk", content, KEYS_HEAD + 64);
  content[KEYS_HEAD - 2] = TABELLA_SLICE_KEYS_MAX;
  fuzz_seed ("spare", content, sizeof content);
}

const FuzzTarget fuzz_roll_keys = { "roll-keys", NULL, run_roll_keys, seed_roll_keys };
