/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "officers.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "codes.h"
#include "files.h"
#include "practice.h"

#define PIN "271828"

/* Argon2id finds no memory. */
static gboolean no_memory;

int __real_crypto_pwhash (unsigned char *out, unsigned long long size, const char *text,
                          unsigned long long length, const unsigned char *salt,
                          unsigned long long operations, size_t memory, int kind);
int __wrap_crypto_pwhash (unsigned char *out, unsigned long long size, const char *text,
                          unsigned long long length, const unsigned char *salt,
                          unsigned long long operations, size_t memory, int kind);

int
__wrap_crypto_pwhash (unsigned char *out, unsigned long long size, const char *text,
                      unsigned long long length, const unsigned char *salt,
                      unsigned long long operations, size_t memory, int kind)
{
  return no_memory ? -1
                   : __real_crypto_pwhash (out, size, text, length, salt, operations, memory, kind);
}

typedef struct {
  char *dir, *setup, *officers;
  char *code;
  TabellaStationKeys *keys;
} Folder;

static const char *const people[] = { "alpha alpha", "bravo bravo",    "charlie charlie",
                                      "delta delta", "echo echo echo", "foxtrot fox" };

static Folder *
folder_new (void)
{
  Folder *f = g_new0 (Folder, 1);
  GError *error = NULL;

  f->dir = g_dir_make_tmp ("tabella-officers-XXXXXX", &error);
  g_assert_no_error (error);
  f->setup = g_build_filename (f->dir, "setup.vault", NULL);
  f->officers = g_build_filename (f->dir, "officers.vaults", NULL);
  f->code = tabella_setup_code_new ();
  f->keys = g_new0 (TabellaStationKeys, 1);
  f->keys->terminal = tabella_terminal_secrets_new ();
  f->keys->roll = tabella_roll_keys_new ();
  randombytes_buf (f->keys->roll->roll_key, 32);
  randombytes_buf (f->keys->roll->ticket_key, 32);
  f->keys->roll->n = 3;
  randombytes_buf (f->keys->roll->slices, 3 * sizeof f->keys->roll->slices[0]);
  tabella_setup_seal (f->dir, f->code, f->keys->terminal, TABELLA_VAULT_REHEARSAL, &error);
  g_assert_no_error (error);
  return f;
}

static void
folder_free (Folder *f)
{
  GError *error = NULL;

  tabella_folder_remove (f->dir, &error);
  g_assert_no_error (error);
  tabella_setup_code_free (f->code);
  tabella_station_keys_free (f->keys);
  g_free (f->dir);
  g_free (f->setup);
  g_free (f->officers);
  g_free (f);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Folder, folder_free)

static void
assert_same_keys (const TabellaStationKeys *a, const TabellaStationKeys *b)
{
  g_assert_cmpmem (a->terminal, sizeof *a->terminal, b->terminal, sizeof *b->terminal);
  g_assert_cmpmem (a->roll->roll_key, 32, b->roll->roll_key, 32);
  g_assert_cmpmem (a->roll->ticket_key, 32, b->roll->ticket_key, 32);
  g_assert_cmpuint (a->roll->n, ==, b->roll->n);
  g_assert_cmpmem (a->roll->slices, a->roll->n * sizeof a->roll->slices[0], b->roll->slices,
                   b->roll->n * sizeof b->roll->slices[0]);
}

static void
create (Folder *f, guint count, guint required)
{
  GError *error = NULL;

  tabella_officers_create (f->dir, people, count, required, PIN, f->keys, TABELLA_VAULT_REHEARSAL,
                           &error);
  g_assert_no_error (error);
}

/* Opens with the people of @mask, last one first if @backwards. */
static gboolean
opens (Folder *f, guint mask, gboolean backwards)
{
  const char *chosen[G_N_ELEMENTS (people)];
  g_autoptr (TabellaStationKeys) keys = NULL;
  g_autoptr (GError) error = NULL;
  char *pin = NULL;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (people); i++) {
    const guint who = backwards ? G_N_ELEMENTS (people) - 1 - i : i;

    if (mask >> who & 1)
      chosen[n++] = people[who];
  }
  keys = tabella_officers_open (f->dir, chosen, n, &pin, &error);
  if (keys == NULL) {
    g_assert_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE);
    g_assert_null (pin);
    return FALSE;
  }
  assert_same_keys (keys, f->keys);
  g_assert_cmpstr (pin, ==, PIN);
  tabella_secret_free ((TabellaSecret *)pin);
  return TRUE;
}

/* Each combination of the right size opens, in any order; every other set of people does not. */
static void
test_combinations (void)
{
  static const struct {
    guint count, required;
  } sizes[] = { { 1, 1 }, { 2, 1 }, { 3, 2 }, { 3, 3 }, { 5, 2 }, { 6, 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (Folder) f = folder_new ();

    create (f, sizes[i].count, sizes[i].required);
    for (guint mask = 1; mask < 1u << G_N_ELEMENTS (people); mask++) {
      const gboolean should =
          (guint)__builtin_popcount (mask) == sizes[i].required && mask < 1u << sizes[i].count;

      g_assert_cmpint (opens (f, mask, FALSE), ==, should);
      if (should)
        g_assert_true (opens (f, mask, TRUE));
    }
  }
}

static void
test_wrong (void)
{
  static const char *const tries[][2] = {
    { "alpha alpha", "bravo bravp" },
    { "alpha alpha", "alpha alpha" },
    { "alpha alphab", "ravo bravo" },
    { "alpha alpha ", "bravo bravo" },
    { "Alpha alpha", "bravo bravo" },
    { "", "alpha alphabravo bravo" },
    { "alpha alpha", "" },
  };
  g_autoptr (Folder) f = folder_new ();

  create (f, 3, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++) {
    g_autoptr (GError) error = NULL;
    char *pin;

    g_assert_null (tabella_officers_open (f->dir, tries[i], 2, &pin, &error));
    g_assert_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE);
  }
  g_assert_true (opens (f, 3, FALSE));
}

/* The file as data/doc/formats.md says, opened without officers.c. */
static void
test_format (void)
{
  static const guint8 joined[] = "\x0b\0\0\0alpha alpha\x0f\0\0\0charlie charlie";
  g_autoptr (Folder) f = folder_new ();
  g_autoptr (GBytes) file = NULL;
  g_autoptr (TabellaSecret) key = NULL;
  const guint8 *bytes;
  guint8 content[8192];
  guint opened = 0;
  gsize size, inner;
  GError *error = NULL;

  create (f, 3, 2);
  file = tabella_file_read (f->officers, TABELLA_FILE_LIMIT, &error);
  g_assert_no_error (error);
  bytes = g_bytes_get_data (file, &size);
  g_assert_cmpmem (bytes, 12, "TAOFFIC1\0\3\2\3", 12);
  inner = bytes[12] | (gsize)bytes[13] << 8;
  g_assert_cmpuint (inner, ==, 1 + 8 + 192 + 96 + 64 + 2 + 3 * 64);
  g_assert_cmpuint (size, ==, 32 + 3 * (24 + inner + 16));
  key = tabella_vault_key (joined, sizeof joined - 1, bytes + 16, TABELLA_VAULT_REHEARSAL, &error);
  for (guint i = 0; i < 3; i++) {
    const guint8 *box = bytes + 32 + i * (24 + inner + 16);

    if (crypto_aead_xchacha20poly1305_ietf_decrypt (content, NULL, NULL, box + 24, inner + 16,
                                                    bytes, 32, box, key) == 0) {
      opened++;
      g_assert_cmpmem (content, 9, "\6" PIN "\0\0", 9);
      g_assert_cmpmem (content + 9, 64, f->keys->terminal->ballot_secret, 64);
      g_assert_cmpmem (content + 9 + 288, 32, f->keys->roll->roll_key, 32);
      g_assert_cmpmem (content + inner - 32, 32, f->keys->roll->slices[2].key, 32);
    }
  }
  g_assert_cmpuint (opened, ==, 1);
}

/* The file of officers.vaults for one officer with this @content, made without officers.c. */
static void
write_officers (Folder *f, guint8 *content, gsize inner)
{
  static const guint8 joined[] = "\x0b\0\0\0alpha alpha";
  guint8 file[32 + 24 + 8192 + 16] = "TAOFFIC1\0\1\1\1";
  g_autoptr (TabellaSecret) key = NULL;
  GError *error = NULL;

  file[12] = (guint8)inner;
  file[13] = (guint8)(inner >> 8);
  key = tabella_vault_key (joined, sizeof joined - 1, file + 16, TABELLA_VAULT_REHEARSAL, &error);
  crypto_aead_xchacha20poly1305_ietf_encrypt (file + 56, NULL, content, inner, file, 32, NULL,
                                              file + 32, key);
  tabella_file_write (f->officers, file, 56 + inner + 16, 0600, &error);
  g_assert_no_error (error);
}

/* A box that opens, and holds what this program does not write. */
static void
test_other_version (void)
{
  enum { SLICES = 9 + 288 + 64, WHOLE = SLICES + 2 + 64 };
  static const struct {
    gsize at, size;
    guint8 value;
    gboolean opens;
  } cases[] = {
    { SLICES, WHOLE, 1, TRUE },      /* as it should be */
    { 0, WHOLE, 9, FALSE },          /* a PIN of nine figures */
    { SLICES, WHOLE, 2, FALSE },     /* a slice that is not there */
    { SLICES, WHOLE, 0, FALSE },     /* one more than is said */
    { SLICES, WHOLE - 1, 1, FALSE }, /* cut in the slices, and before them */
    { SLICES, SLICES + 1, 1, FALSE }, { 0, 5, 1, FALSE },
  };
  g_autoptr (Folder) f = folder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint8 content[WHOLE + 1] = { 0 };
    g_autoptr (TabellaStationKeys) keys = NULL;
    GError *error = NULL;
    char *pin;

    content[SLICES] = 1;
    content[cases[i].at] = cases[i].value;
    write_officers (f, content, cases[i].size);
    keys = tabella_officers_open (f->dir, people, 1, &pin, &error);
    g_assert_cmpint (keys != NULL, ==, cases[i].opens);
    if (pin != NULL)
      tabella_secret_free ((TabellaSecret *)pin);
    if (!cases[i].opens)
      assert_refused (FALSE, &error, TABELLA_STATION_ERROR_STORAGE, "another version");
  }
}

/* Without memory nothing is written or opened, and nobody's passphrase is called wrong. */
static void
test_no_memory (void)
{
  g_autoptr (Folder) f = folder_new ();
  GError *error = NULL;
  char *pin;

  no_memory = TRUE;
  assert_refused (
      tabella_officers_create (f->dir, people, 2, 1, PIN, f->keys, TABELLA_VAULT_REHEARSAL, &error),
      &error, TABELLA_STATION_ERROR_STORAGE, "no memory");
  g_assert_false (g_file_test (f->officers, G_FILE_TEST_EXISTS));
  assert_refused (tabella_setup_open (f->dir, f->code, &error) != NULL, &error,
                  TABELLA_STATION_ERROR_STORAGE, "no memory");
  no_memory = FALSE;
  create (f, 2, 1);
  no_memory = TRUE;
  assert_refused (tabella_officers_open (f->dir, people, 1, &pin, &error) != NULL, &error,
                  TABELLA_STATION_ERROR_STORAGE, "no memory");
  g_assert_null (pin);
  no_memory = FALSE;
  g_assert_true (opens (f, 1, FALSE));
}

/* A header that asks for what is never written. */
static void
test_header (void)
{
  static const struct {
    gsize at;
    guint8 value;
  } cases[] = { { 8, 2 }, { 8, 255 }, { 11, 0 }, { 11, 3 }, { 14, 1 }, { 15, 255 }, { 0, 't' } };
  g_autoptr (Folder) f = folder_new ();
  g_autoptr (GBytes) whole = NULL;
  GError *error = NULL;
  gsize size;
  char *pin;

  create (f, 2, 1);
  whole = tabella_file_read (f->officers, TABELLA_FILE_LIMIT, &error);
  /* More content than any version has, in a file that is as long as it says. */
  {
    const gsize much = 1 << 16;
    g_autofree guint8 *large = g_malloc0 (32 + 24 + much + 16);

    memcpy (large, g_bytes_get_data (whole, NULL), 32);
    large[11] = 1;
    memcpy (large + 12, "\0\0\1\0", 4);
    g_assert_true (tabella_file_write (f->officers, large, 32 + 24 + much + 16, 0600, &error));
    assert_refused (tabella_officers_open (f->dir, people, 1, &pin, &error) != NULL, &error,
                    TABELLA_STATION_ERROR_STORAGE, "damaged");
  }
  for (gsize i = 0; i <= G_N_ELEMENTS (cases); i++) {
    g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (whole, &size), g_bytes_get_size (whole));

    if (i < G_N_ELEMENTS (cases))
      copy[cases[i].at] = cases[i].value;
    else
      memset (copy + 12, 0, 4); /* no content at all */
    g_assert_true (tabella_file_write (f->officers, copy, size, 0600, &error));
    assert_refused (tabella_officers_open (f->dir, people, 1, &pin, &error) != NULL, &error,
                    TABELLA_STATION_ERROR_STORAGE, "damaged");
    g_assert_null (pin);
  }
}

/* What officers may not choose leaves everything as it was. */
static void
test_refused (void)
{
  static const struct {
    const char *passphrases[2];
    const char *pin, *part;
  } cases[] = {
    { { "short12", "long enough" }, PIN, "officer 1" },
    { { "long enough", "" }, PIN, "officer 2" },
    { { "the same one", "the same one" }, PIN, "same" },
    { { "long enough", "another one" }, "802", "PIN has" },
    { { "long enough", "another one" }, "803861429", "PIN has" },
    { { "long enough", "another one" }, "4444", "anybody would try" },
    { { "long enough", "another one" }, "345678", "anybody would try" },
    { { "long enough", "another one" }, "9876", "anybody would try" },
    { { "long enough", "another one" }, "12a4", "PIN has" },
    { { "long enough", "another one" }, "", "PIN has" },
  };
  g_autoptr (Folder) f = folder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    GError *error = NULL;

    assert_refused (tabella_officers_create (f->dir, cases[i].passphrases, 2, 1, cases[i].pin,
                                             f->keys, TABELLA_VAULT_REHEARSAL, &error),
                    &error, TABELLA_STATION_ERROR_REFUSED, cases[i].part);
    g_assert_false (g_file_test (f->officers, G_FILE_TEST_EXISTS));
    g_assert_true (g_file_test (f->setup, G_FILE_TEST_EXISTS));
  }
}

/* A changed byte anywhere, a cut or a lengthened file opens nothing. */
static void
test_mutations (void)
{
  g_autoptr (Folder) f = folder_new ();
  g_autoptr (GBytes) whole = NULL;
  GError *error = NULL;
  gsize size;
  const guint8 *bytes;

  create (f, 2, 1);
  whole = tabella_file_read (f->officers, TABELLA_FILE_LIMIT, &error);
  g_assert_no_error (error);
  bytes = g_bytes_get_data (whole, &size);
  for (gsize at = 0; at < size + 2; at += at < 80 ? 1 : 97) {
    g_autofree guint8 *copy = g_malloc0 (size + 1);
    g_autoptr (TabellaStationKeys) keys = NULL;
    gsize length = size;
    char *pin = NULL;

    memcpy (copy, bytes, size);
    if (at < size)
      copy[at] ^= 1;
    else
      length = at == size ? size - 1 : size + 1;
    tabella_file_write (f->officers, copy, length, 0600, &error);
    g_assert_no_error (error);
    keys = tabella_officers_open (f->dir, people, 1, &pin, &error);
    /* The second officer's box is not looked at for the first one. */
    if (keys == NULL)
      g_clear_error (&error);
    else
      g_assert_cmpuint (at, >=, 32 + (size - 32) / 2);
    if (pin != NULL)
      tabella_secret_free ((TabellaSecret *)pin);
  }
}

/* The setup code in every way a person copies it from paper, and wrong ones. */
static void
test_setup_code (void)
{
  g_autoptr (Folder) f = folder_new ();
  g_autofree char *lower = g_ascii_strdown (f->code, -1);
  g_autoptr (GString) spaced = g_string_new (f->code), bare = g_string_new (f->code);
  g_autofree char *wrong = g_strdup (f->code);
  const char *good[4], *bad[] = { "", "0000-0000-0000-0000", "0000-0000-0000-000", NULL, "U" };
  TabellaTerminalSecrets *secrets;
  GError *error = NULL;

  g_assert_cmpuint (strlen (f->code), ==, 19);
  g_string_replace (spaced, "-", " ", 0);
  g_string_replace (bare, "-", "", 0);
  good[0] = f->code;
  good[1] = lower;
  good[2] = spaced->str;
  good[3] = bare->str;
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    secrets = tabella_setup_open (f->dir, good[i], &error);
    g_assert_no_error (error);
    g_assert_cmpmem (secrets, sizeof *secrets, f->keys->terminal, sizeof *secrets);
    tabella_terminal_secrets_free (secrets);
  }
  wrong[18] = wrong[18] == 'A' ? 'B' : 'A';
  bad[3] = wrong;
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (tabella_setup_open (f->dir, bad[i], &error) != NULL, &error,
                    TABELLA_STATION_ERROR_PASSPHRASE, "setup code");
  assert_refused (
      tabella_setup_seal (f->dir, "0000", f->keys->terminal, TABELLA_VAULT_REHEARSAL, &error),
      &error, TABELLA_STATION_ERROR_PASSPHRASE, "16 letters");
}

/* The right code, and inside what is no terminal's keys. */
static void
test_setup_damaged (void)
{
  g_autoptr (Folder) f = folder_new ();
  g_autoptr (GBytes) vault = NULL;
  guint8 code[10];
  GError *error = NULL;

  g_assert_true (tabella_uncrockford (f->code, code, 80));
  vault = tabella_vault_seal ("short", 5, code, sizeof code, TABELLA_VAULT_REHEARSAL);
  tabella_file_write (f->setup, g_bytes_get_data (vault, NULL), g_bytes_get_size (vault), 0600,
                      &error);
  assert_refused (tabella_setup_open (f->dir, f->code, &error) != NULL, &error,
                  TABELLA_STATION_ERROR_STORAGE, "damaged");
}

/* The setup code is worth nothing once officers are chosen. */
static void
test_setup_destroyed (void)
{
  g_autoptr (Folder) f = folder_new ();
  struct stat st;
  GError *error = NULL;

  create (f, 2, 2);
  g_assert_false (g_file_test (f->setup, G_FILE_TEST_EXISTS));
  g_assert_cmpint (stat (f->officers, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  assert_refused (tabella_setup_open (f->dir, f->code, &error) != NULL, &error,
                  TABELLA_STATION_ERROR_STORAGE, "setup.vault");
  g_assert_true (tabella_setup_destroy (f->dir, &error));
}

/* What rests on the disk holds no key in the clear. */
static void
test_nothing_in_the_clear (void)
{
  g_autoptr (Folder) f = folder_new ();
  const char *const paths[] = { f->setup, f->officers };
  const struct {
    const guint8 *bytes;
    gsize size;
  } secrets[] = {
    { f->keys->terminal->ballot_secret, 32 }, { f->keys->terminal->batch_secret, 32 },
    { f->keys->terminal->box_secret, 32 },    { f->keys->terminal->export_secret, 32 },
    { f->keys->roll->roll_key, 32 },          { f->keys->roll->ticket_key, 32 },
    { (const guint8 *)PIN, strlen (PIN) },    { (const guint8 *)people[0], 11 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GBytes) bytes = NULL;
    GError *error = NULL;

    if (i == 1)
      create (f, 2, 1);
    bytes = tabella_file_read (paths[i], TABELLA_FILE_LIMIT, &error);
    g_assert_no_error (error);
    for (gsize k = 0; k < G_N_ELEMENTS (secrets); k++)
      g_assert_null (memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                             secrets[k].bytes, secrets[k].size));
  }
}

static void
test_delays (void)
{
  static const guint expected[] = { 0, 0, 0, 5, 15, 30, 60 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (tabella_delay_after (i), ==, expected[i]);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (tabella_delay_after (i + 1), >=, tabella_delay_after (i));
  g_assert_cmpuint (tabella_delay_after (G_MAXUINT), <=, 600);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/officers/combinations", test_combinations);
  g_test_add_func ("/officers/wrong", test_wrong);
  g_test_add_func ("/officers/no-memory", test_no_memory);
  g_test_add_func ("/officers/format", test_format);
  g_test_add_func ("/officers/header", test_header);
  g_test_add_func ("/officers/other-version", test_other_version);
  g_test_add_func ("/officers/refused", test_refused);
  g_test_add_func ("/officers/mutations", test_mutations);
  g_test_add_func ("/officers/setup-code", test_setup_code);
  g_test_add_func ("/officers/setup-damaged", test_setup_damaged);
  g_test_add_func ("/officers/setup-destroyed", test_setup_destroyed);
  g_test_add_func ("/officers/nothing-in-the-clear", test_nothing_in_the_clear);
  g_test_add_func ("/officers/delays", test_delays);
  return g_test_run ();
}
