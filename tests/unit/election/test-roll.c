/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slices and keys that a roll becomes: bytes as on the page, who gets what, what is refused. */
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include "bytes.h"
#include "folder.h"
#include "files.h"
#include "vault.h"

#define HEAD "id,name,style,station\n"

/* Ten voters at station 1, one a last digit; one at station 4, one at station 3. */
static char *
list_text (void)
{
  GString *text = g_string_new (HEAD);
  g_autofree char *far = made_up_id (700), *away = made_up_id (1000003);

  for (guint d = 0; d < 10; d++) {
    g_autofree char *id = made_up_id (120 + d);

    g_string_append_printf (text, "%s,VOTER %u,all,causeway-bay\n", id, d);
  }
  g_string_append_printf (text, "%s,陳大文,all,tuen-mun\n%s,AWAY,all,sha-tin\n", far, away);
  return g_string_free (text, FALSE);
}

/* Station 1: two desks (1: digits 0-3, 2: 4-9), booth 3, spare 4. Station 4: combined 5. Station 2:
 * combined 6. */
static Folder *
make_folder (const char *policies)
{
  Folder *f = folder_new (policies);
  g_autofree char *text = list_text ();

  folder_enrol (f, 1, TABELLA_ROLE_DESK, "0-3", FALSE);
  folder_enrol (f, 1, TABELLA_ROLE_DESK, "4-9", FALSE);
  folder_enrol (f, 1, TABELLA_ROLE_BOOTH, "", FALSE);
  folder_enrol (f, 1, TABELLA_ROLE_SPARE, "", FALSE);
  folder_enrol (f, 4, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  folder_enrol (f, 2, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  folder_list (f, text, -1);
  return f;
}

static TabellaRollKeys *
open_keys (Folder *f, guint16 terminal)
{
  g_autofree char *path = tabella_roll_keys_path (f->path, terminal);
  GError *error = NULL;
  g_autoptr (GBytes) sealed = tabella_file_read (path, 65536, &error);
  TabellaRollKeys *keys;

  g_assert_no_error (error);
  keys = tabella_roll_keys_open (sealed, f->secrets[terminal], &error);
  g_assert_no_error (error);
  return keys;
}

static TabellaSlice *
open_slice (Folder *f, const guint8 digest[32])
{
  GError *error = NULL;
  g_autoptr (GBytes) file = tabella_roll_slice_load (f->path, digest, TABELLA_SLICES_LIMIT, &error);
  TabellaSlice *slice;

  g_assert_no_error (error);
  slice = tabella_slice_parse (file, &error);
  g_assert_no_error (error);
  return slice;
}

/* The name that @keys give for @id in their only slice, or NULL. */
static char *
look_up (Folder *f, const TabellaRollKeys *keys, const char *id)
{
  g_autoptr (TabellaSlice) slice = open_slice (f, keys->slices[0].slice);
  g_autoptr (TabellaVoter) voter = NULL;
  GError *error = NULL;
  guint8 p[32];

  g_assert_cmpuint (keys->n, ==, 1);
  tabella_pseudonym (keys->roll_key, id, p);
  voter = tabella_slice_find (slice, keys->slices[0].key, p, id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (voter != NULL, ==, tabella_slice_has (slice, p));
  return voter == NULL ? NULL : g_strdup (voter->name);
}

static void
test_assigned_by_lane (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (TabellaRollKeys) low = NULL, high = NULL, other = NULL;
  g_autofree char *far = made_up_id (700), *name = NULL;

  folder_roll_good (f);
  low = open_keys (f, 1);
  high = open_keys (f, 2);
  other = open_keys (f, 5);
  for (guint d = 0; d < 10; d++) {
    g_autofree char *id = made_up_id (120 + d);
    g_autofree char *expected = g_strdup_printf ("VOTER %u", d);
    g_autofree char *in_low = look_up (f, low, id), *in_high = look_up (f, high, id);
    g_autofree char *in_other = look_up (f, other, id);

    g_assert_cmpstr (in_low, ==, d <= 3 ? expected : NULL);
    g_assert_cmpstr (in_high, ==, d <= 3 ? NULL : expected);
    g_assert_null (in_other);
  }
  name = look_up (f, other, far);
  g_assert_cmpstr (name, ==, "陳大文");
}

/* A terminal names the BLAKE2b-256 of its file of keys, booths and spares too. */
static void
assert_digest (Folder *f, const TabellaTerminalInfo *t)
{
  g_autofree char *name = g_strdup_printf ("roll/%03u.keys", t->index);
  g_autoptr (GBytes) sealed = folder_read (f, name);
  guint8 digest[32];

  g_assert_cmpint (crypto_generichash (digest, sizeof digest, g_bytes_get_data (sealed, NULL),
                                       g_bytes_get_size (sealed), NULL, 0),
                   ==, 0);
  g_assert_cmpmem (t->keys, 32, digest, 32);
}

static void
test_terminals_get_their_slice (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GPtrArray) terminals = NULL, problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  folder_roll_good (f);
  terminals = tabella_terminals_load (f->path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < terminals->len; i++) {
    const TabellaTerminalInfo *t = terminals->pdata[i];
    g_autoptr (TabellaRollKeys) keys = open_keys (f, t->index);

    g_assert_cmpint (t->has_slice, ==, tabella_role_checks_in (t->role));
    if (t->has_slice)
      g_assert_cmpmem (t->slice, 32, keys->slices[0].slice, 32);
    g_assert_true (t->has_keys);
    assert_digest (f, t);
  }
  tabella_roll_check (f->path, f->e, terminals, problems);
  g_assert_cmpuint (problems->len, ==, 0);
}

static void
test_keys_by_role (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (TabellaRollKeys) low = NULL, high = NULL, booth = NULL, spare = NULL, other = NULL;

  folder_roll_good (f);
  low = open_keys (f, 1);
  high = open_keys (f, 2);
  booth = open_keys (f, 3);
  spare = open_keys (f, 4);
  other = open_keys (f, 5);
  g_assert_true (sodium_is_zero (booth->roll_key, 32));
  g_assert_cmpuint (booth->n, ==, 0);
  g_assert_false (sodium_is_zero (low->roll_key, 32));
  g_assert_cmpmem (low->roll_key, 32, high->roll_key, 32);
  g_assert_cmpmem (low->roll_key, 32, spare->roll_key, 32);
  g_assert_cmpmem (low->roll_key, 32, other->roll_key, 32);
  g_assert_cmpmem (low->ticket_key, 32, booth->ticket_key, 32);
  g_assert_cmpmem (low->ticket_key, 32, spare->ticket_key, 32);
  g_assert_true (memcmp (low->ticket_key, other->ticket_key, 32) != 0);
  g_assert_cmpuint (spare->n, ==, 2);
  g_assert_cmpmem (&spare->slices[0], 64, &low->slices[0], 64);
  g_assert_cmpmem (&spare->slices[1], 64, &high->slices[0], 64);
  g_assert_true (memcmp (low->slices[0].key, high->slices[0].key, 32) != 0);
}

static void
test_anywhere (void)
{
  g_autoptr (Folder) f = make_folder ("voting=anywhere,duplicates=lot");
  g_autoptr (TabellaRollKeys) first = NULL, spare = NULL;
  g_autoptr (TabellaSlice) slice = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *roll = folder_file (f, "roll"), *away = made_up_id (1000003), *name = NULL;
  GError *error = NULL;

  folder_roll_good (f);
  first = open_keys (f, 1);
  spare = open_keys (f, 4);
  g_assert_cmpuint (spare->n, ==, 1);
  g_assert_cmpmem (&spare->slices[0], 64, &first->slices[0], 64);
  for (guint16 t = 2; t <= 6; t += t == 2 ? 3 : 1) {
    g_autoptr (TabellaRollKeys) keys = open_keys (f, t);

    g_assert_cmpmem (&keys->slices[0], 64, &first->slices[0], 64);
  }
  slice = open_slice (f, first->slices[0].slice);
  g_assert_cmpuint (tabella_slice_count (slice), ==, 12);
  name = look_up (f, first, away);
  g_assert_cmpstr (name, ==, "AWAY");
  names = tabella_folder_list (roll, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (names->len, ==, 6 + 1);
}

/* Station 3 has no terminal (practice): its voters are in no slice of the others. */
static void
test_station_without_terminals (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autofree char *away = made_up_id (1000003);

  folder_roll_good (f);
  for (guint16 t = 1; t <= 6; t++) {
    g_autoptr (TabellaRollKeys) keys = open_keys (f, t);
    g_autofree char *name = keys->n == 1 ? look_up (f, keys, away) : NULL;

    g_assert_null (name);
  }
}

/* The file of protocol section 6, read with nothing of the project but its hash-free layout. */
static void
test_bytes_of_a_slice (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autoptr (TabellaSlice) slice = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autofree char *path = NULL, *id = made_up_id (700), *name = NULL, *hex = NULL;
  guint8 message[33], p[32], key[32], digest[32], plain[256];
  unsigned long long plain_size;
  const guint8 *b;
  GError *error = NULL;
  gsize size, box;

  folder_roll_good (f);
  keys = open_keys (f, 5);
  hex = tabella_hex (keys->slices[0].slice, 8);
  name = g_strdup_printf ("roll/%s.slice", hex);
  path = folder_file (f, name);
  file = tabella_file_read (path, 1 << 20, &error);
  g_assert_no_error (error);
  b = g_bytes_get_data (file, &size);
  crypto_generichash (digest, 32, b, size, NULL, 0);
  g_assert_cmpmem (digest, 32, keys->slices[0].slice, 32);
  slice = tabella_slice_parse (file, &error);
  g_assert_no_error (error);
  tabella_slice_digest (slice, p);
  g_assert_cmpmem (digest, 32, p, 32);
  g_assert_cmpmem (b, 8, "TASLICE1", 8);
  g_assert_cmpmem (b + 8, 4, "\x01\0\0\0", 4);
  box = b[12] + 256u * b[13];
  g_assert_cmpuint (size, ==, 14 + 32 + 24 + box);
  message[0] = 0x30;
  memcpy (message + 1, id, 8);
  crypto_generichash (p, 32, message, 9, keys->roll_key, 32);
  g_assert_cmpmem (b + 14, 32, p, 32);
  message[0] = 0x31;
  crypto_generichash (key, 32, message, 9, keys->slices[0].key, 32);
  g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_decrypt (plain, &plain_size, NULL, b + 70,
                                                               box, p, 32, b + 46, key),
                   ==, 0);
  g_assert_cmpuint (plain_size, ==, box - 16);
  g_assert_cmpuint (plain_size % 16, ==, 0);
  g_assert_cmpmem (plain, 8, "\0\0\x04\0\0\0\x09\0", 8);
  g_assert_cmpmem (plain + 8, 9, "陳大文", 9);
  g_assert_true (sodium_is_zero (plain + 17, plain_size - 17));
}

/* The file of formats.md, opened with libsodium alone. */
static void
test_bytes_of_keys (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (TabellaRollKeys) keys = NULL;
  guint8 plain[8 + 64 + 2 + 128];
  gsize size;
  const guint8 *b;

  folder_roll_good (f);
  keys = open_keys (f, 4);
  sealed = folder_read (f, "roll/004.keys");
  b = g_bytes_get_data (sealed, &size);
  g_assert_cmpuint (size, ==, sizeof plain + 48);
  g_assert_cmpint (
      crypto_box_seal_open (plain, b, size, f->secrets[4]->box_key, f->secrets[4]->box_secret), ==,
      0);
  g_assert_cmpmem (plain, 8, "TAKEYS01", 8);
  g_assert_cmpmem (plain + 8, 32, keys->roll_key, 32);
  g_assert_cmpmem (plain + 40, 32, keys->ticket_key, 32);
  g_assert_cmpmem (plain + 72, 2, "\x02\0", 2);
  g_assert_cmpmem (plain + 74, 128, keys->slices, 128);
}

/* How long a name is cannot be seen: all boxes of a roll have one size. */
static void
test_one_box_size (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GString) text = g_string_new (HEAD);
  g_autofree char *name = g_strnfill (57, 'x');

  for (guint n = 0; n < 40; n++) {
    g_autofree char *id = made_up_id (n * 37 + 5);

    g_string_append_printf (text, "%s,%s,all,%s\n", id, n == 39 ? name : "AB",
                            n % 2 == 0 ? "mong-kok" : "causeway-bay");
  }
  folder_list (f, text->str, -1);
  folder_roll_good (f);
  for (guint16 t = 1; t <= 6; t += t == 2 ? 3 : 1) {
    g_autoptr (TabellaRollKeys) keys = open_keys (f, t);
    g_autofree char *path = tabella_roll_slice_path (f->path, keys->slices[0].slice);
    g_autoptr (GBytes) file = tabella_file_read (path, 1 << 20, NULL);
    const guint8 *b = g_bytes_get_data (file, NULL);

    g_assert_cmpuint (b[12] + 256u * b[13], ==, 80 + 16); /* 8 + 57 bytes, up to 16s, and a tag */
  }
}

static void
test_foreign_keys (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GBytes) sealed = NULL, cut = NULL;
  TabellaRollKeys *keys;
  GError *error = NULL;

  folder_roll_good (f);
  sealed = folder_read (f, "roll/001.keys");
  keys = tabella_roll_keys_open (sealed, f->secrets[2], &error);
  assert_refused (keys != NULL, &error, TABELLA_ELECTION_ERROR_INVALID, "another terminal");
  folder_flip (f, "roll/001.keys", -1);
  g_bytes_unref (sealed);
  sealed = folder_read (f, "roll/001.keys");
  keys = tabella_roll_keys_open (sealed, f->secrets[1], &error);
  assert_refused (keys != NULL, &error, TABELLA_ELECTION_ERROR_INVALID, "damaged");
  cut = g_bytes_new_from_bytes (sealed, 0, 48 + 73);
  keys = tabella_roll_keys_open (cut, f->secrets[1], &error);
  assert_refused (keys != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "cut short");
}

/* Seals @plain to terminal 1, as only its maker could, and expects a refusal by form. */
static void
refuse_keys (Folder *f, const guint8 *plain, gsize size)
{
  g_autofree guint8 *sealed = g_malloc (size + crypto_box_SEALBYTES);
  g_autoptr (GBytes) bytes = NULL;
  TabellaRollKeys *keys;
  GError *error = NULL;

  g_assert_cmpint (crypto_box_seal (sealed, plain, size, f->secrets[1]->box_key), ==, 0);
  bytes = g_bytes_new (sealed, size + crypto_box_SEALBYTES);
  keys = tabella_roll_keys_open (bytes, f->secrets[1], &error);
  assert_refused (keys != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "another form");
}

static void
test_form_of_keys (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autofree guint8 *plain = g_malloc0 (74 + 65 * 64);

  memcpy (plain, "TAKEYS01", 8);
  refuse_keys (f, plain, 75);
  plain[72] = 2;
  refuse_keys (f, plain, 74 + 64);
  plain[72] = 65;
  refuse_keys (f, plain, 74 + 65 * 64);
  plain[72] = 1;
  plain[7] = '2';
  refuse_keys (f, plain, 74 + 64);
}

/* The bytes of terminal 2's slice (6 voters) after a change, read as a slice. */
static TabellaSlice *
parse_changed (GBytes *file, gsize keep, guint at, guint8 bit, GError **error)
{
  g_autofree guint8 *data = g_malloc0 (g_bytes_get_size (file) + 1);
  g_autoptr (GBytes) changed = NULL;

  memcpy (data, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  data[at] ^= bit;
  changed = g_bytes_new (data, keep);
  return tabella_slice_parse (changed, error);
}

static void
refuse_changed (GBytes *file, gsize keep, guint at, guint8 bit, const char *part)
{
  GError *error = NULL;
  TabellaSlice *slice = parse_changed (file, keep, at, bit, &error);

  assert_refused (slice != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, part);
}

static void
test_tampered_slices (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autoptr (GBytes) file = NULL;
  GError *error = NULL;
  const int format = TABELLA_ELECTION_ERROR_FORMAT;
  gsize size, entry;

  folder_roll_good (f);
  keys = open_keys (f, 2);
  file = tabella_roll_slice_load (f->path, keys->slices[0].slice, TABELLA_SLICES_LIMIT, &error);
  size = g_bytes_get_size (file);
  entry = (size - 14) / 6;
  refuse_changed (file, 13, 0, 0, "TASLICE1");
  refuse_changed (file, 0, 0, 0, "TASLICE1");
  refuse_changed (file, size, 7, 1, "TASLICE1");
  refuse_changed (file, size, 8, 1, "its length");
  refuse_changed (file, size, 11, 0x80, "its length");
  refuse_changed (file, size, 13, 1, "its length");
  refuse_changed (file, size - 1, 0, 0, "its length");
  refuse_changed (file, size + 1, 0, 0, "its length");
  refuse_changed (file, 14, 12, 0x30, "box size");
  /* Two voters of one p. */
  for (guint i = 1; i < 6; i++) {
    g_autofree guint8 *swapped = g_memdup2 (g_bytes_get_data (file, NULL), size);
    g_autoptr (GBytes) bytes = NULL;

    memcpy (swapped + 14 + i * entry, swapped + 14 + (i - 1) * entry, 32);
    bytes = g_bytes_new (swapped, size);
    assert_refused (tabella_slice_parse (bytes, &error) != NULL, &error, format, "not in order");
  }
}

static void
test_damaged_on_disk (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autofree char *hex = NULL, *name = NULL;
  GError *error = NULL;
  GBytes *file;

  folder_roll_good (f);
  keys = open_keys (f, 2);
  hex = tabella_hex (keys->slices[0].slice, 8);
  name = g_strdup_printf ("roll/%s.slice", hex);
  folder_flip (f, name, -1);
  file = tabella_roll_slice_load (f->path, keys->slices[0].slice, TABELLA_SLICES_LIMIT, &error);
  assert_refused (file != NULL, &error, TABELLA_ELECTION_ERROR_INVALID, name);
}

/* A record that does not open, or opens to something else, is an error and not an absence. */
static void
test_damaged_records (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (TabellaRollKeys) keys = NULL, other = NULL;
  g_autoptr (TabellaSlice) slice = NULL, changed = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autofree char *id = made_up_id (700), *absent = made_up_id (701);
  TabellaVoter *voter;
  GError *error = NULL;
  guint8 p[32];

  folder_roll_good (f);
  keys = open_keys (f, 5);
  other = open_keys (f, 1);
  file = tabella_roll_slice_load (f->path, keys->slices[0].slice, TABELLA_SLICES_LIMIT, &error);
  slice = tabella_slice_parse (file, &error);
  tabella_pseudonym (keys->roll_key, id, p);
  voter = tabella_slice_find (slice, other->slices[0].key, p, id, &error);
  assert_refused (voter != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "cannot be opened");
  voter = tabella_slice_find (slice, keys->slices[0].key, p, absent, &error);
  assert_refused (voter != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "cannot be opened");
  changed = parse_changed (file, g_bytes_get_size (file), 14 + 32 + 24, 1, &error);
  g_assert_no_error (error);
  voter = tabella_slice_find (changed, keys->slices[0].key, p, id, &error);
  assert_refused (voter != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "cannot be opened");
  tabella_pseudonym (keys->roll_key, absent, p);
  g_assert_false (tabella_slice_has (slice, p));
  g_assert_null (tabella_slice_find (slice, keys->slices[0].key, p, absent, &error));
  g_assert_no_error (error);
}

/* A slice of one voter with this boxed record of 32 bytes. */
static TabellaSlice *
make_slice (const guint8 slice_key[32], const guint8 p[32], const char *id, const guint8 record[32])
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) file = NULL;
  guint8 key[32], box[48], nonce[24] = { 0 };
  GError *error = NULL;
  TabellaSlice *slice;

  tabella_put (out, "TASLICE1\x01\0\0\0\x30\0", 14);
  tabella_record_key (slice_key, id, key);
  g_assert_cmpint (
      crypto_aead_xchacha20poly1305_ietf_encrypt (box, NULL, record, 32, p, 32, NULL, nonce, key),
      ==, 0);
  tabella_put (out, p, 32);
  tabella_put (out, nonce, 24);
  tabella_put (out, box, 48);
  file = g_bytes_new (out->data, out->len);
  slice = tabella_slice_parse (file, &error);
  g_assert_no_error (error);
  return slice;
}

static void
test_records_of_another_form (void)
{
  static const struct {
    guint8 bytes[32];
    gboolean good;
  } cases[] = {
    { "\0\0\x01\0\0\0\x02\0AB", TRUE },
    { "\x03\x01\x02\x04\x05\x06\x18\0ABCDEFGHIJKLMNOPQRSTUVWX", TRUE },
    { "\0\0\x01\0\0\0\x19\0ABCDEFGHIJKLMNOPQRSTUVWX", FALSE }, /* longer than the record */
    { "\0\0\x01\0\0\0\x01\0AB", FALSE },                       /* padding that is not zero */
    { "\0\0\x01\0\0\0\x02\0A\xE9", FALSE },                    /* not UTF-8 */
    { "\0\0\x01\0\0\0\x02\0A\0", FALSE },                      /* a zero byte in the name */
  };
  guint8 key[32] = { 1 }, p[32] = { 2 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TabellaSlice) slice = make_slice (key, p, "A1", cases[i].bytes);
    GError *error = NULL;
    g_autoptr (TabellaVoter) voter = tabella_slice_find (slice, key, p, "A1", &error);

    if (!cases[i].good) {
      assert_refused (voter != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "cannot be opened");
      continue;
    }
    g_assert_no_error (error);
    g_assert_cmpuint (voter->style, ==, cases[i].bytes[0] + 256u * cases[i].bytes[1]);
    g_assert_cmpuint (voter->station, ==, cases[i].bytes[2] + 256u * cases[i].bytes[3]);
    g_assert_cmpuint (voter->flags, ==, cases[i].bytes[4] + 256u * cases[i].bytes[5]);
    g_assert_cmpuint (strlen (voter->name), ==, cases[i].bytes[6]);
  }
}

static void
test_second_roll_replaces (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (TabellaRollKeys) before = NULL, after = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *roll = folder_file (f, "roll"), *id = made_up_id (700), *name = NULL;
  GError *error = NULL;

  folder_roll_good (f);
  before = open_keys (f, 5);
  folder_write (f, "roll/stale.slice", "x", 1);
  folder_list (f, HEAD "A1234563,SOMEONE,all,tuen-mun\n", -1);
  folder_roll_good (f);
  after = open_keys (f, 5);
  g_assert_true (memcmp (before->roll_key, after->roll_key, 32) != 0);
  name = look_up (f, after, id);
  g_assert_null (name);
  names = tabella_folder_list (roll, &error);
  g_assert_no_error (error);
  /* Six files of keys; terminals 1, 2 and 6 share the empty slice. */
  g_assert_cmpuint (names->len, ==, 6 + 2);
  g_assert_false (folder_has (f, ".roll.tmp"));
  g_assert_false (folder_has (f, ".roll.old"));
}

static void
test_failure_keeps_the_former (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free), terminals = NULL;
  GError *error = NULL;
  gboolean done;

  folder_roll_good (f);
  folder_list (f, HEAD "A1234564,SOMEONE,all,tuen-mun\n", -1);
  done = folder_roll (f, problems, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, "nothing was written");
  g_ptr_array_set_size (problems, 0);
  terminals = tabella_terminals_load (f->path, &error);
  tabella_roll_check (f->path, f->e, terminals, problems);
  g_assert_cmpuint (problems->len, ==, 0);
}

static void
test_states (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  folder_list (f, HEAD, -1);
  assert_refused (folder_roll (f, problems, &error), &error, TABELLA_ELECTION_ERROR_STATE,
                  "no terminal is enrolled");
  folder_enrol (f, 1, TABELLA_ROLE_DESK, "0-8", FALSE);
  assert_refused (folder_roll (f, problems, &error), &error, TABELLA_ELECTION_ERROR_INVALID,
                  "serves the last digits 9");
  folder_enrol (f, 1, TABELLA_ROLE_DESK, "9", FALSE);
  folder_write (f, "manifest.json", "{}", 2);
  assert_refused (folder_roll (f, problems, &error), &error, TABELLA_ELECTION_ERROR_STATE,
                  "is sealed");
  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_false (folder_has (f, "roll"));
}

static void
test_keep_key (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = folder_file (f, "list.csv"), *path = folder_file (f, "kept");
  g_autoptr (TabellaRollKeys) low = NULL, far = NULL;
  g_autoptr (TabellaSecret) kept = NULL;
  g_autoptr (GBytes) vault = NULL;
  TabellaVaultCost cost;
  GError *error = NULL;
  guint64 voters;
  gsize size;

  tabella_roll_build (f->path, f->e, list, path, "a long passphrase", NULL, NULL, problems, &voters,
                      &error);
  g_assert_no_error (error);
  low = open_keys (f, 1);
  far = open_keys (f, 5);
  vault = folder_read (f, "kept");
  g_assert_true (tabella_vault_cost (vault, &cost, &error));
  g_assert_cmpint (cost, ==, TABELLA_VAULT_NORMAL);
  kept = tabella_vault_open (vault, "a long passphrase", 17, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, 8 + 32 + 2 + 4 * 34 + 2 + 4 * 64);
  g_assert_cmpmem (kept, 8, "TAKEEP01", 8);
  g_assert_cmpmem (kept + 8, 32, low->roll_key, 32);
  g_assert_cmpmem (kept + 40, 4, "\x04\0\x01\0", 4);
  g_assert_cmpmem (kept + 44, 32, low->ticket_key, 32);
  g_assert_cmpmem (kept + 42 + 3 * 34 + 2, 32, far->ticket_key, 32);
  g_assert_cmpmem (kept + 42 + 4 * 34, 2, "\x04\0", 2);
  g_assert_cmpmem (kept + 44 + 4 * 34, 64, &low->slices[0], 64);
  g_assert_cmpmem (kept + 44 + 4 * 34 + 2 * 64, 64, &far->slices[0], 64);
  assert_refused (tabella_roll_build (f->path, f->e, list, path, "a long passphrase", NULL, NULL,
                                      problems, &voters, &error),
                  &error, TABELLA_ELECTION_ERROR_STATE, "exists already");
}

/* A disk that fills up leaves the former roll as it was. */
static void
test_full_disk (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free), terminals = NULL;
  g_autofree char *list = folder_file (f, "list.csv"), *kept = folder_file (f, "kept");
  GError *error = NULL;
  guint64 voters;
  gboolean done;

  folder_roll_good (f);
  folder_limit_files (300); /* a slice has more, keys have less */
  done = tabella_roll_build (f->path, f->e, list, kept, "a long passphrase", NULL, NULL, problems,
                             &voters, &error);
  folder_limit_files (G_MAXUINT64);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_IO, ".slice");
  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_false (folder_has (f, "kept"));
  g_assert_false (folder_has (f, ".roll.tmp"));
  terminals = tabella_terminals_load (f->path, &error);
  tabella_roll_check (f->path, f->e, terminals, problems);
  g_assert_cmpuint (problems->len, ==, 0);
}

/* A roll replaces its folder whole, kept keys and all. */
static void
test_keep_key_inside (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = folder_file (f, "list.csv");
  g_autofree char *kept = folder_file (f, "terminals/../roll/kept");
  GError *error = NULL;
  guint64 voters;
  gboolean done;

  done = tabella_roll_build (f->path, f->e, list, kept, "a long passphrase", NULL, NULL, problems,
                             &voters, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_STATE, "keep the keys in another folder");
  g_assert_false (folder_has (f, "roll"));
}

/* What the seal asks of a roll: each terminal's keys and slice are there and whole. */
static void
test_roll_check (void)
{
  g_autoptr (Folder) f = make_folder (NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) terminals = NULL, more = NULL;
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autofree char *path = NULL, *name = NULL, *booth = tabella_roll_keys_path (f->path, 3);
  GError *error = NULL;

  folder_roll_good (f);
  keys = open_keys (f, 1);
  path = tabella_roll_slice_path (f->path, keys->slices[0].slice);
  terminals = tabella_terminals_load (f->path, &error);
  g_assert_cmpint (g_remove (booth), ==, 0);
  tabella_roll_check (f->path, f->e, terminals, problems);
  assert_one_problem (problems, "terminal 3: ");
  folder_roll_good (f);
  g_ptr_array_set_size (problems, 0);
  /* As after a crash between the new roll and the terminals' files: these still name the old
   * slices and keys. */
  tabella_roll_check (f->path, f->e, terminals, problems);
  g_assert_cmpuint (problems->len, ==, 6 + 3);
  g_assert_nonnull (strstr (problems->pdata[0], "001.keys: not the keys"));
  g_assert_true (g_str_has_prefix (problems->pdata[1], "roll: cannot read"));
  folder_enrol (f, 3, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  more = tabella_terminals_load (f->path, &error);
  g_ptr_array_set_size (problems, 0);
  tabella_roll_check (f->path, f->e, more, problems);
  g_assert_cmpuint (problems->len, ==, 2);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "terminal 7: has no slice"));
  g_assert_true (g_str_has_prefix (problems->pdata[1], "terminal 7: has no keys"));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roll/assigned-by-lane", test_assigned_by_lane);
  g_test_add_func ("/roll/terminals-get-their-slice", test_terminals_get_their_slice);
  g_test_add_func ("/roll/keys-by-role", test_keys_by_role);
  g_test_add_func ("/roll/anywhere", test_anywhere);
  g_test_add_func ("/roll/station-without-terminals", test_station_without_terminals);
  g_test_add_func ("/roll/bytes-of-a-slice", test_bytes_of_a_slice);
  g_test_add_func ("/roll/bytes-of-keys", test_bytes_of_keys);
  g_test_add_func ("/roll/one-box-size", test_one_box_size);
  g_test_add_func ("/roll/foreign-keys", test_foreign_keys);
  g_test_add_func ("/roll/form-of-keys", test_form_of_keys);
  g_test_add_func ("/roll/tampered-slices", test_tampered_slices);
  g_test_add_func ("/roll/damaged-on-disk", test_damaged_on_disk);
  g_test_add_func ("/roll/damaged-records", test_damaged_records);
  g_test_add_func ("/roll/records-of-another-form", test_records_of_another_form);
  g_test_add_func ("/roll/second-roll-replaces", test_second_roll_replaces);
  g_test_add_func ("/roll/failure-keeps-the-former", test_failure_keeps_the_former);
  g_test_add_func ("/roll/states", test_states);
  g_test_add_func ("/roll/keep-key", test_keep_key);
  g_test_add_func ("/roll/full-disk", test_full_disk);
  g_test_add_func ("/roll/keep-key-inside", test_keep_key_inside);
  g_test_add_func ("/roll/roll-check", test_roll_check);
  return g_test_run ();
}
