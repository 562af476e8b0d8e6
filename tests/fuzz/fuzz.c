/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz [libFuzzer's options and folders] -ignore_remaining_args=1 --target=NAME --work=FOLDER
 * --seeds=FOLDER writes NAME's seeds, checks that NAME takes them, and goes on as libFuzzer's own
 * program. fuzz --targets prints the names. */
#include "fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files.h"
#include "mutate.h"
#include "targets.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *bytes, size_t size);
size_t LLVMFuzzerCustomMutator (guint8 *bytes, size_t size, size_t most, unsigned int seed);
size_t LLVMFuzzerMutate (guint8 *bytes, size_t size, size_t most); /* libFuzzer's */

static const FuzzTarget *const targets[] = {
  &fuzz_json,         &fuzz_draft,          &fuzz_manifest,     &fuzz_round1,    &fuzz_round2,
  &fuzz_round3,       &fuzz_round4,         &fuzz_complaint,    &fuzz_enrolment, &fuzz_terminal,
  &fuzz_amendment,    &fuzz_amendment_code, &fuzz_roll,         &fuzz_slice,     &fuzz_voter,
  &fuzz_roll_keys,    &fuzz_vault,          &fuzz_officers,     &fuzz_trustee,   &fuzz_secret,
  &fuzz_minisign_pub, &fuzz_minisign_key,   &fuzz_minisig,      &fuzz_ballots,   &fuzz_record,
  &fuzz_checkins,     &fuzz_sealed,         &fuzz_journal_line, &fuzz_journal,   &fuzz_request,
  &fuzz_share,        &fuzz_asked,          &fuzz_tk1,          &fuzz_tb1,       &fuzz_tv1,
  &fuzz_tc1,          &fuzz_ticket,         &fuzz_base32,       &fuzz_crockford, &fuzz_id,
  &fuzz_lane,         &fuzz_name,           &fuzz_deck,         &fuzz_decisions, &fuzz_result,
  &fuzz_story,        &fuzz_package,        &fuzz_import,       &fuzz_listing,   &fuzz_state,
  &fuzz_centre,       &fuzz_public,         &fuzz_printer,
};

static const FuzzTarget *target;
static const char *work, *seeds;
static GPtrArray *good; /* GBytes: the seeds that are taken */

/* --- The same randomness in every run --- */

static guint32 drawn;

static const char *
random_name (void)
{
  return "counter";
}

static void
random_bytes (void *const out, const size_t size)
{
  guint8 seed[randombytes_SEEDBYTES] = { 0 };

  memcpy (seed, &drawn, sizeof drawn);
  drawn++;
  randombytes_buf_deterministic (out, size, seed);
}

static uint32_t
random_number (void)
{
  uint32_t number;

  random_bytes (&number, sizeof number);
  return number;
}

static randombytes_implementation counter = { .implementation_name = random_name,
                                              .random = random_number,
                                              .buf = random_bytes };

/* --- Passphrases at no cost: the linker puts these in the place of libsodium's --- */

int __wrap_crypto_pwhash (unsigned char *const out, unsigned long long size,
                          const char *const passphrase, unsigned long long passphrase_size,
                          const unsigned char *const salt, unsigned long long operations,
                          size_t memory, int algorithm);
int __wrap_crypto_pwhash_scryptsalsa208sha256 (unsigned char *const out, unsigned long long size,
                                               const char *const passphrase,
                                               unsigned long long passphrase_size,
                                               const unsigned char *const salt,
                                               unsigned long long operations, size_t memory);

static int
cheap_hash (guint8 *out, gsize size, const char *passphrase, gsize passphrase_size,
            const guint8 *salt, gsize salt_size)
{
  guint8 seed[randombytes_SEEDBYTES];

  FUZZ_CHECK (crypto_generichash (seed, sizeof seed, (const guint8 *)passphrase, passphrase_size,
                                  salt, salt_size) == 0);
  randombytes_buf_deterministic (out, size, seed);
  return 0;
}

int
__wrap_crypto_pwhash (unsigned char *const out, unsigned long long size,
                      const char *const passphrase, unsigned long long passphrase_size,
                      const unsigned char *const salt, unsigned long long operations, size_t memory,
                      int algorithm)
{
  return cheap_hash (out, size, passphrase, passphrase_size, salt, crypto_pwhash_SALTBYTES);
}

int
__wrap_crypto_pwhash_scryptsalsa208sha256 (unsigned char *const out, unsigned long long size,
                                           const char *const passphrase,
                                           unsigned long long passphrase_size,
                                           const unsigned char *const salt,
                                           unsigned long long operations, size_t memory)
{
  return cheap_hash (out, size, passphrase, passphrase_size, salt,
                     crypto_pwhash_scryptsalsa208sha256_SALTBYTES);
}

/* --- For the targets --- */

void
fuzz_seed (const char *name, gconstpointer bytes, gsize size)
{
  g_autofree char *path = g_build_filename (seeds, name, NULL);

  fuzz_write (path, bytes, size);
  g_ptr_array_add (good, g_bytes_new (bytes, size));
  if (!target->run (bytes, size))
    g_error ("%s does not take its own seed \"%s\"", target->name, name);
}

void
fuzz_seed_text (const char *name, const char *text)
{
  fuzz_seed (name, text, strlen (text));
}

void
fuzz_seed_refused (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (seeds, name, NULL);

  fuzz_write (path, text, strlen (text));
  if (target->run ((const guint8 *)text, strlen (text)))
    g_error ("%s takes \"%s\", which it must refuse", target->name, name);
}

void
fuzz_check_words (const char *words)
{
  FUZZ_CHECK (*words != '\0' && g_utf8_validate (words, -1, NULL));
  for (const char *p = words; *p != '\0'; p = g_utf8_next_char (p))
    FUZZ_CHECK (*p == '\n' || g_unichar_type (g_utf8_get_char (p)) != G_UNICODE_CONTROL);
}

gboolean
fuzz_verdict (gboolean accepted, GError *error)
{
  FUZZ_CHECK (accepted == (error == NULL));
  if (error != NULL)
    fuzz_check_words (error->message);
  return accepted;
}

gboolean
fuzz_problems (gboolean accepted, const GPtrArray *problems)
{
  FUZZ_CHECK (accepted == (problems->len == 0));
  for (guint i = 0; i < problems->len; i++)
    fuzz_check_words (problems->pdata[i]);
  return accepted;
}

char *
fuzz_path (const char *name)
{
  return g_build_filename (work, name, NULL);
}

/* Not the project's own writer: it waits for the disk each time. */
void
fuzz_write (const char *path, gconstpointer bytes, gsize size)
{
  FILE *file = fopen (path, "wbe");

  FUZZ_CHECK (file != NULL && fwrite (bytes, 1, size, file) == size && fclose (file) == 0);
}

TabellaFixture *
fuzz_fixture (void)
{
  static TabellaFixture *fixture;

  if (fixture == NULL)
    fixture = fixture_new (4, TRUE, 8);
  return fixture;
}

const Hand *
fuzz_hand (void)
{
  static Hand *hand;

  if (hand == NULL)
    hand = hand_new ("fuzz", TRUE);
  return hand;
}

char *
fuzz_text (const guint8 *bytes, gsize size)
{
  return g_strndup ((const char *)bytes, size);
}

/* --- The program --- */

static const char *
option (int argc, char **argv, const char *name)
{
  for (int i = 1; i < argc; i++)
    if (g_str_has_prefix (argv[i], name))
      return argv[i] + strlen (name);
  g_error ("%s… is missing: this program is started by tests/fuzz/run", name);
}

static const FuzzTarget *
find_target (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    if (g_str_equal (targets[i]->name, name))
      return targets[i];
  g_error ("there is no target \"%s\"", name);
}

/* g_error() ends in a breakpoint, which libFuzzer does not know; abort() it knows. */
static void
on_trap (int number)
{
  abort ();
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  if (*argc == 2 && g_str_equal ((*argv)[1], "--targets")) {
    for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
      puts (targets[i]->name);
    exit (0);
  }
  target = find_target (option (*argc, *argv, "--target="));
  work = option (*argc, *argv, "--work=");
  seeds = option (*argc, *argv, "--seeds=");
  signal (SIGTRAP, on_trap);
  FUZZ_CHECK (randombytes_set_implementation (&counter) == 0);
  tabella_crypto_init ();
  json_object_seed (1);
  good = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  if (target->prepare != NULL)
    target->prepare ();
  target->seeds ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, size_t size)
{
  target->run (bytes, size);
  return 0;
}

/* Most inputs that libFuzzer keeps are refused ones, each for another reason: every fourth time a
 * good one is changed instead. Every other change keeps the target's shape. */
size_t
LLVMFuzzerCustomMutator (guint8 *bytes, size_t size, size_t most, unsigned int seed)
{
  GBytes *again = good->pdata[seed / 8 % good->len];
  gsize changed = 0;

  if (seed % 4 == 0 && g_bytes_get_size (again) <= most) {
    size = g_bytes_get_size (again);
    if (size > 0)
      memcpy (bytes, g_bytes_get_data (again, NULL), size);
  }
  if (target->shape != FUZZ_BYTES && seed / 4 % 2 == 0)
    changed = fuzz_mutate (target->shape, bytes, size, most, seed);
  return changed > 0 ? changed : LLVMFuzzerMutate (bytes, size, most);
}
