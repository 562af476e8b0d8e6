/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "roll.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include "bytes.h"
#include "copy.h"
#include "hash.h"
#include "must.h"
#include "roll-csv.h"
#include "roll-format.h"
#include "vault.h"

#define KEEP_MAGIC     "TAKEEP01"
#define PROGRESS_EVERY 4096

/* One slice in the making. */
typedef struct {
  GArray *members; /* guint32: entries, ascending by p */
  guint8 *key;     /* in the secret block */
  guint8 digest[32];
} Slot;

typedef struct {
  const TabellaElection *e;
  GPtrArray *terminals;
  TabellaRollList list;
  TabellaSecret *secrets; /* roll key, a ticket key for each station, a slice key for each slot */
  gsize secrets_size;
  Slot *slots;
  guint n_slots;
  guint *slot_of; /* terminal's place in the list -> slot + 1, or 0 */
  char *made;     /* the temporary folder that stands for the election folder */
} Build;

static void
build_clear (Build *b)
{
  for (guint i = 0; i < b->n_slots; i++)
    g_array_unref (b->slots[i].members);
  g_free (b->slots);
  g_free (b->slot_of);
  tabella_secret_free (b->secrets);
  tabella_roll_list_clear (&b->list);
  g_clear_pointer (&b->terminals, g_ptr_array_unref);
  if (b->made != NULL)
    tabella_folder_remove (b->made, NULL);
  g_free (b->made);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Build, build_clear)

static const guint8 *
ticket_key (const Build *b, guint16 station)
{
  return b->secrets + 32 * (gsize)station;
}

static gboolean
refuse (GError **error, int code, const char *message)
{
  g_set_error_literal (error, TABELLA_ELECTION_ERROR, code, message);
  return FALSE;
}

/* A new file, and not in the folder that a roll replaces whole. */
static gboolean
check_keep_key (const char *folder, const char *keep_key, GError **error)
{
  g_autofree char *roll = g_build_filename (folder, "roll", "", NULL);
  g_autofree char *inside = g_canonicalize_filename (roll, NULL);
  g_autofree char *place = g_path_get_dirname (keep_key);
  g_autofree char *outside = g_canonicalize_filename (place, NULL);
  const char *reason = NULL;

  if (g_file_test (keep_key, G_FILE_TEST_EXISTS))
    reason = "exists already and is not replaced: choose another name for the keys";
  else if (g_str_equal (inside, outside))
    reason = "would go with the next roll: keep the keys in another folder";
  if (reason == NULL)
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE, "%s %s", keep_key,
               reason);
  return FALSE;
}

/* What must hold before the list is read. */
static gboolean
prepare (Build *b, const char *folder, const char *keep_key, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);

  if (!tabella_terminals_unsealed (folder, error))
    return FALSE;
  b->terminals = tabella_terminals_load (folder, error);
  if (b->terminals == NULL)
    return FALSE;
  if (b->terminals->len == 0)
    return refuse (error, TABELLA_ELECTION_ERROR_STATE,
                   "no terminal is enrolled, to whom the roll could be sealed; "
                   "run tabella enrol first");
  if (keep_key != NULL && !check_keep_key (folder, keep_key, error))
    return FALSE;
  /* Whether a station may be without terminals is a question for the seal. */
  tabella_terminals_check (b->e, b->terminals, TRUE, problems);
  return tabella_problems_none ("terminals", problems, error);
}

/* One slot for each terminal that checks in, or one for all where voting is anywhere. */
static void
make_slots (Build *b)
{
  gboolean anywhere = b->e->policies.voting == TABELLA_VOTING_ANYWHERE;

  b->slot_of = g_new0 (guint, b->terminals->len);
  b->slots = g_new0 (Slot, b->terminals->len);
  for (guint i = 0; i < b->terminals->len; i++) {
    const TabellaTerminalInfo *t = b->terminals->pdata[i];

    if (!tabella_role_checks_in (t->role))
      continue;
    if (b->n_slots == 0 || !anywhere)
      b->slots[b->n_slots++].members = g_array_new (FALSE, FALSE, sizeof (guint32));
    b->slot_of[i] = b->n_slots;
  }
  b->secrets_size = 32 * (1 + (gsize)b->e->stations->len + b->n_slots);
  b->secrets = tabella_secret_new (b->secrets_size);
  randombytes_buf (b->secrets, b->secrets_size);
  for (guint i = 0; i < b->n_slots; i++)
    b->slots[i].key = b->secrets + 32 * (1 + (gsize)b->e->stations->len + i);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const TabellaRollEntry *s = a, *t = b;
  int order = memcmp (s->p, t->p, 32);

  return order != 0 ? order : (s->line > t->line) - (s->line < t->line);
}

typedef struct {
  guint32 line, first;
} Twin;

static int
compare_twins (gconstpointer a, gconstpointer b)
{
  const Twin *s = a, *t = b;

  return (s->line > t->line) - (s->line < t->line);
}

/* Sorts the list by p and names every line whose ID an earlier one has. */
static void
sort_list (Build *b, TabellaRollProblems *problems)
{
  GArray *entries = b->list.entries;
  g_autoptr (GArray) twins = g_array_new (FALSE, FALSE, sizeof (Twin));
  guint first = 0;

  for (guint i = 0; i < entries->len; i++) {
    TabellaRollEntry *entry = &g_array_index (entries, TabellaRollEntry, i);

    tabella_pseudonym (b->secrets, b->list.text + entry->id, entry->p);
  }
  g_array_sort (entries, compare_entries);
  for (guint i = 1; i < entries->len; i++) {
    const TabellaRollEntry *original = &g_array_index (entries, TabellaRollEntry, first);
    const TabellaRollEntry *entry = &g_array_index (entries, TabellaRollEntry, i);
    Twin twin = { entry->line, original->line };

    if (memcmp (original->p, entry->p, 32) == 0)
      g_array_append_val (twins, twin);
    else
      first = i;
  }
  g_array_sort (twins, compare_twins);
  for (guint i = 0; i < twins->len; i++) {
    const Twin *twin = &g_array_index (twins, Twin, i);

    tabella_roll_problem (problems, twin->line, "id: the same as on line %u; take one of them out",
                          twin->first);
  }
}

/* The slot of a station's voters by last digit: 0 none, else slot + 1. */
static guint
find_slot (const Build *b, const TabellaRollEntry *entry)
{
  for (guint i = 0; i < b->terminals->len; i++) {
    const TabellaTerminalInfo *t = b->terminals->pdata[i];

    if (t->station == entry->station && t->lane & 1u << entry->lane)
      return b->slot_of[i];
  }
  return 0;
}

static void
fill_slots (Build *b)
{
  gboolean anywhere = b->e->policies.voting == TABELLA_VOTING_ANYWHERE;
  g_autofree guint *known = g_new0 (guint, ((gsize)b->e->stations->len + 1) * 10);

  for (guint32 i = 0; i < b->list.entries->len; i++) {
    const TabellaRollEntry *entry = &g_array_index (b->list.entries, TabellaRollEntry, i);
    guint *slot = &known[entry->station * 10 + entry->lane];

    if (*slot == 0)
      *slot = anywhere ? MIN (b->n_slots, 1) : find_slot (b, entry);
    /* Only practice has stations without terminals; their voters are in no slice. */
    if (*slot > 0)
      g_array_append_val (b->slots[*slot - 1].members, i);
  }
}

/* Appends p, nonce and box of one voter. @record: room for the padded record. */
static void
put_voter (const Build *b, const Slot *slot, const TabellaRollEntry *entry, guint8 *record,
           gsize size, GByteArray *out)
{
  const char *id = b->list.text + entry->id, *name = b->list.text + entry->name;
  gsize length = strlen (name), at = out->len;
  guint8 key[32], *box;

  memset (record, 0, size);
  record[0] = (guint8)entry->style;
  record[1] = (guint8)(entry->style >> 8);
  record[2] = (guint8)entry->station;
  record[3] = (guint8)(entry->station >> 8);
  record[4] = TABELLA_FLAG_NONE;
  record[6] = (guint8)length;
  record[7] = (guint8)(length >> 8);
  memcpy (record + RECORD_HEAD, name, length);
  tabella_record_key (slot->key, id, key);
  tabella_put (out, entry->p, 32);
  g_byte_array_set_size (out, (guint)(at + 32 + SLICE_NONCE + size + SLICE_TAG));
  box = out->data + at + 32;
  randombytes_buf (box, SLICE_NONCE);
  TABELLA_MUST (crypto_aead_xchacha20poly1305_ietf_encrypt (box + SLICE_NONCE, NULL, record, size,
                                                            entry->p, 32, NULL, box, key) == 0);
  sodium_memzero (key, sizeof key);
}

/* Builds and writes one slice. */
static gboolean
write_slice (Build *b, Slot *slot, GError **error)
{
  /* One size for the whole roll: how long a name is shows nowhere. */
  const gsize size = (RECORD_HEAD + b->list.longest + RECORD_STEP - 1) / RECORD_STEP * RECORD_STEP;
  const guint64 whole =
      SLICE_HEADER + (guint64)slot->members->len * (32 + SLICE_NONCE + size + SLICE_TAG);
  g_autoptr (TabellaSecret) record = tabella_secret_new (size);
  g_autoptr (GByteArray) out = NULL;
  g_autofree char *path = NULL;

  if (whole > TABELLA_SLICES_LIMIT)
    return refuse (error, TABELLA_ELECTION_ERROR_INVALID,
                   "the roll is too large for one slice (1 GiB); use lanes or voting assigned");
  out = g_byte_array_sized_new ((guint)whole);
  tabella_put (out, SLICE_MAGIC, 8);
  tabella_put_u32 (out, slot->members->len);
  tabella_put_u16 (out, (guint16)(size + SLICE_TAG));
  for (guint i = 0; i < slot->members->len; i++) {
    guint32 place = g_array_index (slot->members, guint32, i);

    put_voter (b, slot, &g_array_index (b->list.entries, TabellaRollEntry, place), record, size,
               out);
  }
  tabella_digest_256 (out->data, out->len, slot->digest);
  path = tabella_roll_slice_path (b->made, slot->digest);
  return tabella_file_write (path, out->data, out->len, 0644, error);
}

static void
give_slice (TabellaRollKeys *keys, const Slot *slot)
{
  /* Empty slices of two lanes are one file: any key will do. */
  for (guint i = 0; i < keys->n; i++)
    if (memcmp (keys->slices[i].slice, slot->digest, 32) == 0)
      return;
  TABELLA_MUST (keys->n < TABELLA_SLICE_KEYS_MAX);
  memcpy (keys->slices[keys->n].slice, slot->digest, 32);
  memcpy (keys->slices[keys->n].key, slot->key, 32);
  keys->n++;
}

/* Everything that a terminal may open, sealed to it. The manifest names the file's digest: anybody
 * can seal other keys to the terminal. */
static gboolean
write_keys (Build *b, guint place, GError **error)
{
  TabellaTerminalInfo *t = b->terminals->pdata[place];
  gboolean anywhere = b->e->policies.voting == TABELLA_VOTING_ANYWHERE;
  g_autoptr (TabellaRollKeys) keys = tabella_roll_keys_new ();
  g_autofree char *path = tabella_roll_keys_path (b->made, t->index);
  g_autoptr (GBytes) sealed = NULL;

  if (t->role != TABELLA_ROLE_BOOTH)
    memcpy (keys->roll_key, b->secrets, 32);
  memcpy (keys->ticket_key, ticket_key (b, t->station), 32);
  if (b->slot_of[place] > 0)
    give_slice (keys, &b->slots[b->slot_of[place] - 1]);
  for (guint i = 0; t->role == TABELLA_ROLE_SPARE && i < b->terminals->len; i++) {
    const TabellaTerminalInfo *other = b->terminals->pdata[i];

    if (b->slot_of[i] > 0 && (anywhere || other->station == t->station))
      give_slice (keys, &b->slots[b->slot_of[i] - 1]);
  }
  sealed = tabella_roll_keys_seal (keys, t->box_key);
  t->has_keys = TRUE;
  tabella_digest_256 (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), t->keys);
  return tabella_file_write (path, g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), 0644,
                             error);
}

/* All keys in one vault: magic, roll key, ticket keys by station, slice keys by digest. */
static gboolean
keep_keys (const Build *b, const char *path, const char *passphrase, GError **error)
{
  const gsize stations = b->e->stations->len;
  const gsize size = 8 + 32 + 2 + stations * 34 + 2 + (gsize)b->n_slots * 64;
  g_autoptr (TabellaSecret) plain = tabella_secret_new (size);
  g_autoptr (GBytes) vault = NULL;
  guint8 *p = plain;

  memcpy (p, KEEP_MAGIC, 8);
  memcpy (p + 8, b->secrets, 32);
  p[40] = (guint8)stations;
  p[41] = (guint8)(stations >> 8);
  p += 42;
  for (guint s = 1; s <= stations; s++, p += 34) {
    p[0] = (guint8)s;
    p[1] = (guint8)(s >> 8);
    memcpy (p + 2, ticket_key (b, (guint16)s), 32);
  }
  p[0] = (guint8)b->n_slots;
  p[1] = (guint8)(b->n_slots >> 8);
  p += 2;
  for (guint i = 0; i < b->n_slots; i++, p += 64) {
    memcpy (p, b->slots[i].digest, 32);
    memcpy (p + 32, b->slots[i].key, 32);
  }
  vault = tabella_vault_seal (plain, size, passphrase, strlen (passphrase), TABELLA_VAULT_NORMAL);
  return tabella_file_write_new (path, g_bytes_get_data (vault, NULL), g_bytes_get_size (vault),
                                 0600, error);
}

/* Slices, keys and each terminal's digests. The digests come last: until they are written, the seal
 * finds that roll and terminals do not fit and asks for the roll again. */
static gboolean
write_roll (Build *b, const char *folder, const char *keep_key, const char *passphrase,
            GError **error)
{
  g_autofree char *made = g_build_filename (b->made, "roll", NULL);
  g_autofree char *roll = g_build_filename (folder, "roll", NULL);

  for (guint i = 0; i < b->n_slots; i++)
    if (!write_slice (b, &b->slots[i], error))
      return FALSE;
  for (guint i = 0; i < b->terminals->len; i++)
    if (!write_keys (b, i, error))
      return FALSE;
  if (keep_key != NULL && !keep_keys (b, keep_key, passphrase, error))
    return FALSE;
  if (!tabella_folder_replace (made, roll, error)) {
    if (keep_key != NULL)
      unlink (keep_key); /* keys of a roll that there is not */
    return FALSE;
  }
  for (guint i = 0; i < b->terminals->len; i++) {
    TabellaTerminalInfo *t = b->terminals->pdata[i];

    t->has_slice = b->slot_of[i] > 0;
    if (t->has_slice)
      memcpy (t->slice, b->slots[b->slot_of[i] - 1].digest, 32);
    if (!tabella_terminal_save (folder, t, FALSE, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
conclude_problems (const char *path, TabellaRollProblems *problems, GError **error)
{
  if (problems->n == 0)
    return TRUE;
  if (problems->n > problems->kept->len)
    g_ptr_array_add (problems->kept, g_strdup_printf ("… and %" G_GUINT64_FORMAT " more",
                                                      problems->n - problems->kept->len));
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
               "%s: %" G_GUINT64_FORMAT " problem%s, nothing was written: %s", path, problems->n,
               problems->n == 1 ? "" : "s", (const char *)problems->kept->pdata[0]);
  return FALSE;
}

gboolean
tabella_roll_build (const char *folder, const TabellaElection *e, const char *csv_path,
                    const char *keep_key, const char *passphrase, TabellaProgress progress,
                    gpointer data, GPtrArray *problems, guint64 *voters, GError **error)
{
  TabellaRollProblems found = { g_ptr_array_ref (problems), 0 };
  g_autoptr (GPtrArray) kept = found.kept;
  g_auto (Build) b = { .e = e };

  *voters = 0;
  if (!prepare (&b, folder, keep_key, error))
    return FALSE;
  make_slots (&b);
  if (!tabella_roll_csv_read (e, csv_path, progress, data, &b.list, &found, error))
    return FALSE;
  sort_list (&b, &found);
  if (b.list.entries->len == 0 && found.n == 0 && e->policies.walk_ins == TABELLA_WALKINS_REFUSED)
    tabella_roll_problem (&found, 1,
                          "no voters, and the election refuses walk-ins: "
                          "nobody could vote");
  if (!conclude_problems (csv_path, &found, error))
    return FALSE;
  fill_slots (&b);
  b.made = g_build_filename (folder, ".roll.tmp", NULL);
  if (!tabella_folder_remove (b.made, error) ||
      !write_roll (&b, folder, keep_key, passphrase, error))
    return FALSE;
  *voters = b.list.entries->len;
  return TRUE;
}
