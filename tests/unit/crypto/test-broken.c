/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done when the system or libsodium refuses a thing: each call that can fail is made to
 * fail, once or from then on. */
#include <errno.h>
#include <glib.h>
#include <seccomp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include "fixture.h"
#include "minisign.h"
#include "process.h"
#include "proofs.h"
#include "vault.h"

#define SCRYPT(name) crypto_pwhash_scryptsalsa208sha256_##name

/* What is broken now. */
static struct {
  gboolean start, identity, identity_kept, memory, argon2, areas;
  gsize scrypt_most;  /* bytes that there are for scrypt, 0: any */
  guint zeros;        /* this many random scalars are zero */
  guint zero_hashes;  /* this many hashed scalars are zero */
  int fail_at;        /* this call of a sequence fails, from 0 */
  gboolean fail_on;   /* and each after it */
  int calls, loads;   /* of that sequence; filters that were loaded */
  guint32 bad_arch;   /* what a filter does with foreign calls */
  gboolean in_system; /* the sequence is counted, and nothing is done */
} broken;

static void
mend (void)
{
  memset (&broken, 0, sizeof broken);
  broken.fail_at = -1;
}

/* The calls under their own names, and under those of files above 2 GiB. */
#define WRAP(type, name, arguments)                                                                \
  type __real_##name arguments;                                                                    \
  type __wrap_##name arguments;                                                                    \
  type __wrap_##name arguments

WRAP (int, sodium_init, (void))
{
  return broken.start ? -1 : __real_sodium_init ();
}

WRAP (int, crypto_scalarmult_ristretto255_base, (unsigned char *q, const unsigned char *n))
{
  if (broken.identity_kept)
    return -1;
  return broken.identity ? 0 : __real_crypto_scalarmult_ristretto255_base (q, n);
}

WRAP (void *, sodium_malloc, (size_t size))
{
  return broken.memory ? NULL : __real_sodium_malloc (size);
}

WRAP (int, crypto_pwhash,
      (unsigned char *out, unsigned long long size, const char *text, unsigned long long length,
       const unsigned char *salt, unsigned long long operations, size_t memory, int kind))
{
  return broken.argon2
             ? -1
             : __real_crypto_pwhash (out, size, text, length, salt, operations, memory, kind);
}

WRAP (int, crypto_pwhash_scryptsalsa208sha256,
      (unsigned char *out, unsigned long long size, const char *text, unsigned long long length,
       const unsigned char *salt, unsigned long long operations, size_t memory))
{
  return broken.scrypt_most > 0 && memory > broken.scrypt_most
             ? -1
             : __real_crypto_pwhash_scryptsalsa208sha256 (out, size, text, length, salt, operations,
                                                          memory);
}

WRAP (void, crypto_core_ristretto255_scalar_random, (unsigned char *r))
{
  __real_crypto_core_ristretto255_scalar_random (r);
  if (broken.zeros > 0) {
    broken.zeros--;
    memset (r, 0, 32);
  }
}

WRAP (void, crypto_core_ristretto255_scalar_reduce, (unsigned char *r, const unsigned char *s))
{
  __real_crypto_core_ristretto255_scalar_reduce (r, s);
  if (broken.zero_hashes > 0) {
    broken.zero_hashes--;
    memset (r, 0, 32);
  }
}

/* TRUE if this call of the sequence fails. */
static gboolean
fails (void)
{
  const int now = broken.calls++;

  errno = EPERM;
  return broken.fail_at >= 0 && (now == broken.fail_at || (broken.fail_on && now > broken.fail_at));
}

#define LIMIT(name)                                                                                \
  WRAP (int, name, (__rlimit_resource_t what, struct rlimit * limit))                              \
  {                                                                                                \
    if (!broken.in_system)                                                                         \
      return __real_##name (what, limit);                                                          \
    return fails () ? -1 : 0;                                                                      \
  }
LIMIT (getrlimit)
LIMIT (getrlimit64)
LIMIT (setrlimit)
LIMIT (setrlimit64)

int __wrap_prctl (int option, ...);
int __real_prctl (int option, ...);

int
__wrap_prctl (int option, ...)
{
  va_list more;
  unsigned long first;

  va_start (more, option);
  first = va_arg (more, unsigned long);
  va_end (more);
  if (!broken.in_system)
    return __real_prctl (option, first, 0, 0, 0);
  return fails () ? -1 : 0;
}

#define AREA(name)                                                                                 \
  WRAP (void *, name, (void *at, size_t size, int what, int how, int fd, off_t from))              \
  {                                                                                                \
    return broken.areas ? MAP_FAILED : __real_##name (at, size, what, how, fd, from);              \
  }
AREA (mmap)
AREA (mmap64)

WRAP (scmp_filter_ctx, seccomp_init, (uint32_t action))
{
  return fails () ? NULL : __real_seccomp_init (action);
}

WRAP (int, seccomp_attr_set, (scmp_filter_ctx filter, enum scmp_filter_attr what, uint32_t value))
{
  if (fails ())
    return -ENOMEM;
  if (what == SCMP_FLTATR_ACT_BADARCH)
    broken.bad_arch = value;
  return __real_seccomp_attr_set (filter, what, value);
}

int
__wrap_seccomp_rule_add (scmp_filter_ctx filter, uint32_t action, int call, unsigned int n, ...);

int
__wrap_seccomp_rule_add (scmp_filter_ctx filter, uint32_t action, int call, unsigned int n, ...)
{
  return fails () ? -ENOMEM : 0;
}

/* No filter is loaded: the test goes on. */
WRAP (int, seccomp_load, (scmp_filter_ctx filter))
{
  if (fails ())
    return -EINVAL;
  broken.loads++;
  return 0;
}

/* Ends this program in a child of its own, which must say @why. */
static gboolean
ends (const char *why)
{
  if (g_test_subprocess ())
    return FALSE;
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (why);
  return TRUE;
}

static void
test_no_random (void)
{
  if (ends ("*libsodium does not start*"))
    return;
  broken.start = TRUE;
  tabella_crypto_init ();
}

/* group.c could not tell an identity from a refusal. */
static void
test_other_identity (void)
{
  if (ends ("*treats the identity in an unknown way*"))
    return;
  broken.identity = TRUE;
  tabella_crypto_init ();
}

static void
test_identity_not_written (void)
{
  if (ends ("*treats the identity in an unknown way*"))
    return;
  broken.identity_kept = TRUE;
  tabella_crypto_init ();
}

static void
test_no_secret_memory (void)
{
  if (ends ("*no memory for 32 secret bytes*"))
    return;
  broken.memory = TRUE;
  tabella_secret_free (tabella_secret_new (32));
}

/* A secret is never written under a weaker key than was asked for. */
static void
test_vault_not_sealed (void)
{
  if (ends ("*no memory to protect a secret with a passphrase (8 KiB are needed)*"))
    return;
  broken.argon2 = TRUE;
  g_bytes_unref (tabella_vault_seal ("x", 1, "p", 1, TABELLA_VAULT_REHEARSAL));
}

static void
test_vault_not_opened (void)
{
  g_autoptr (GBytes) vault = tabella_vault_seal ("x", 1, "p", 1, TABELLA_VAULT_REHEARSAL);
  g_autoptr (TabellaSecret) content = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 99;

  broken.argon2 = TRUE;
  content = tabella_vault_open (vault, "p", 1, &size, &error);
  g_assert_error (error, TABELLA_CRYPTO_ERROR,
                  TABELLA_CRYPTO_ERROR_SYSTEM); /* not a wrong passphrase */
  g_assert_nonnull (strstr (error->message, "8 KiB"));
  g_assert_null (content);
  g_assert_cmpuint (size, ==, 0);
  mend ();
  g_clear_error (&error);
  content = tabella_vault_open (vault, "p", 1, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (content, size, "x", 1);
}

/* What a key file of two lines asks scrypt for. */
static void
read_cost (const char *text, guint64 *operations, guint64 *memory)
{
  const char *code = strchr (text, '\n') + 1;
  guint8 bytes[158];

  g_assert_cmpint (sodium_base642bin (bytes, sizeof bytes, code, strlen (code) - 1, NULL, NULL,
                                      NULL, sodium_base64_VARIANT_ORIGINAL),
                   ==, 0);
  memcpy (operations, bytes + 38, 8);
  memcpy (memory, bytes + 46, 8);
}

/* A machine with 16 MiB: a key at the cost that it can pay, and that it says. */
static void
test_key_at_what_there_is (void)
{
  g_auto (TabellaMinisignSecret) key = { 0 }, again = { 0 };
  TabellaMinisignPublic pub;
  g_autofree char *text = NULL;
  guint64 operations, memory;
  GError *error = NULL;

  tabella_minisign_generate (&pub, &key);
  broken.scrypt_most = SCRYPT (MEMLIMIT_MIN);
  text = tabella_minisign_secret_text (&key, "pass", FALSE);
  read_cost (text, &operations, &memory);
  g_assert_cmpuint (GUINT64_FROM_LE (memory), ==, SCRYPT (MEMLIMIT_MIN));
  g_assert_cmpuint (GUINT64_FROM_LE (operations), ==,
                    SCRYPT (OPSLIMIT_SENSITIVE) /
                        (SCRYPT (MEMLIMIT_SENSITIVE) / SCRYPT (MEMLIMIT_MIN)));
  g_assert_true (tabella_minisign_secret_parse (text, strlen (text), "pass", &again, &error));
  g_assert_cmpmem (again.secret, 64, key.secret, 64);
}

static void
test_key_not_written (void)
{
  g_auto (TabellaMinisignSecret) key = { 0 };
  TabellaMinisignPublic pub;

  if (ends ("*no memory to protect a secret key with a passphrase (16 MiB are needed)*"))
    return;
  tabella_minisign_generate (&pub, &key);
  broken.scrypt_most = 1;
  g_free (tabella_minisign_secret_text (&key, "pass", TRUE));
}

static void
test_key_not_opened (void)
{
  g_auto (TabellaMinisignSecret) key = { 0 }, read = { 0 };
  TabellaMinisignPublic pub;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  tabella_minisign_generate (&pub, &key);
  text = tabella_minisign_secret_text (&key, "pass", TRUE);
  broken.scrypt_most = 1;
  g_assert_false (tabella_minisign_secret_parse (text, strlen (text), "pass", &read, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SYSTEM);
  g_assert_null (read.secret);
}

/* Zeros come once in 2^252 draws: they are drawn again. */
static void
test_random_zero (void)
{
  TabellaScalar r;

  broken.zeros = 3;
  tabella_scalar_random (&r);
  g_assert_cmpuint (broken.zeros, ==, 0);
  g_assert_false (tabella_scalar_is_zero (&r));
}

static void
begin (TabellaHash *h)
{
  guint8 ctx[32] = { 7 };

  tabella_hash_init_scalar (h, ctx, TABELLA_TAG_LINK_PROOF);
}

/* A proof with a zero challenge would be refused by everyone who checks it. */
static void
test_zero_challenge_is_not_used (void)
{
  TabellaScalar secret = fixture_scalar ("secret"), nonce = fixture_scalar ("nonce"), c, s;
  TabellaPoint y, a = { { 0 } }, m;
  TabellaProofVerdict verdict;
  TabellaHash h;

  begin (&h);
  tabella_point_mul_base (&y, &secret);
  tabella_point_mul_base (&a, &nonce);
  broken.zero_hashes = 1;
  g_assert_false (tabella_schnorr_prove (&h, 1, &secret, &nonce, &c, &s)); /* no other nonce */
  broken.zero_hashes = 2;
  g_assert_true (tabella_schnorr_prove (&h, 1, &secret, NULL, &c, &s));
  g_assert_cmpuint (broken.zero_hashes, ==, 0);
  tabella_schnorr_verify (&h, 1, &y, &c, &s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  broken.zero_hashes = 2;
  tabella_equality_prove (&h, &secret, 1, &a, &m, &c, &s);
  g_assert_cmpuint (broken.zero_hashes, ==, 0);
  tabella_equality_verify (&h, &y, 1, &a, &m, &c, &s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
}

static void
test_not_hardened (void)
{
  g_autoptr (GError) error = NULL;
  int all;

  broken.in_system = TRUE;
  g_assert_true (tabella_process_harden (&error));
  all = broken.calls;
  g_assert_cmpint (all, ==, 5);
  for (int n = 0; n < all; n++) {
    mend ();
    broken.in_system = TRUE;
    broken.fail_at = n;
    g_assert_false (tabella_process_harden (&error));
    g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SYSTEM);
    g_assert_nonnull (strstr (error->message, g_strerror (EPERM)));
    g_assert_cmpint (broken.calls, ==, n + 1); /* nothing more is tried */
    g_clear_error (&error);
  }
}

/* Whatever of the list the system does not take, there is no half of a filter. */
static void
check_not_shut (TabellaShut what)
{
  g_autoptr (GError) error = NULL;
  int all;

  mend ();
  g_assert_true (tabella_process_shut (what, &error));
  g_assert_cmpint (broken.loads, ==, 1);
  g_assert_cmpuint (broken.bad_arch, ==, SCMP_ACT_KILL_PROCESS);
  all = broken.calls;
  for (int n = 0; n < 2 * all; n++) {
    mend ();
    broken.fail_at = n / 2;
    broken.fail_on = n % 2 == 1;
    if (n == 2) { /* a system that knows only the end of the thread */
      g_assert_true (tabella_process_shut (what, &error));
      g_assert_cmpuint (broken.bad_arch, ==, SCMP_ACT_KILL_THREAD);
      continue;
    }
    g_assert_false (tabella_process_shut (what, &error));
    g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SYSTEM);
    g_assert_nonnull (strstr (error->message, "seccomp"));
    g_assert_cmpint (broken.loads, ==, 0);
    g_clear_error (&error);
  }
}

static void
test_not_shut (void)
{
  check_not_shut (TABELLA_SHUT_STRANGE);
  check_not_shut (TABELLA_SHUT_ALL);
}

static void
test_no_area_to_lock (void)
{
  broken.areas = TRUE;
  g_assert_false (tabella_process_can_lock ());
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    GTestFunc test;
  } tests[] = {
    { "/broken/no-random", test_no_random },
    { "/broken/other-identity", test_other_identity },
    { "/broken/identity-not-written", test_identity_not_written },
    { "/broken/no-secret-memory", test_no_secret_memory },
    { "/broken/vault-not-sealed", test_vault_not_sealed },
    { "/broken/vault-not-opened", test_vault_not_opened },
    { "/broken/key-at-what-there-is", test_key_at_what_there_is },
    { "/broken/key-not-written", test_key_not_written },
    { "/broken/key-not-opened", test_key_not_opened },
    { "/broken/random-zero", test_random_zero },
    { "/broken/zero-challenge-is-not-used", test_zero_challenge_is_not_used },
    { "/broken/not-hardened", test_not_hardened },
    { "/broken/not-shut", test_not_shut },
    { "/broken/no-area-to-lock", test_no_area_to_lock },
  };

  mend ();
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, (GTestFixtureFunc)(void (*) (void))mend,
                       (GTestFixtureFunc)(void (*) (void))tests[i].test,
                       (GTestFixtureFunc)(void (*) (void))mend);
  return g_test_run ();
}
