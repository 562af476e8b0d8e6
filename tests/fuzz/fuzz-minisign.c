/* SPDX-License-Identifier: GPL-3.0-or-later */
/* minisign's three files. */
#include "fuzz.h"

#include <string.h>

#define MESSAGE    "what is signed"
#define COMMENT    "tabella batch election=0123456789abcdef terminal=1"
#define PASSPHRASE "organisers"

static TabellaMinisignPublic pub;
static TabellaMinisignSecret sec;

static void
prepare (void)
{
  tabella_minisign_generate (&pub, &sec);
}

/* From the second line on: the first one is free. */
static const char *
after_first_line (const char *text)
{
  const char *lf = strchr (text, '\n');

  FUZZ_CHECK (lf != NULL);
  return lf + 1;
}

/* --- A public key --- */

static gboolean
run_pub (const guint8 *bytes, gsize size)
{
  g_autofree char *text = fuzz_text (bytes, size), *again = NULL;
  g_autoptr (GError) error = NULL;
  TabellaMinisignPublic key;

  if (!fuzz_verdict (tabella_minisign_public_parse ((const char *)bytes, size, &key, &error),
                     error))
    return FALSE;
  again = tabella_minisign_public_text (&key);
  FUZZ_CHECK (strlen (text) == size);
  FUZZ_CHECK (g_str_equal (after_first_line (text), after_first_line (again)));
  return TRUE;
}

static void
seed_pub (void)
{
  g_autofree char *text = tabella_minisign_public_text (&pub);

  fuzz_seed_text ("good", text);
}

const FuzzTarget fuzz_minisign_pub = { "minisign-pub", prepare, run_pub, seed_pub };

/* --- A secret key --- */

static gboolean
run_key (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_auto (TabellaMinisignSecret) key = { 0 };

  if (!fuzz_verdict (
          tabella_minisign_secret_parse ((const char *)bytes, size, PASSPHRASE, &key, &error),
          error))
    return FALSE;
  FUZZ_CHECK (memcmp (key.id, sec.id, 8) == 0 &&
              memcmp (key.secret, sec.secret, TABELLA_SIGN_SECRET) == 0);
  return TRUE;
}

static void
seed_key (void)
{
  g_autofree char *cheap = tabella_minisign_secret_text (&sec, PASSPHRASE, TRUE);
  g_autofree char *normal = tabella_minisign_secret_text (&sec, PASSPHRASE, FALSE);

  fuzz_seed_text ("cheap", cheap);
  fuzz_seed_text ("normal", normal);
}

const FuzzTarget fuzz_minisign_key = { "minisign-key", prepare, run_key, seed_key };

/* --- A signature: only its first line may be another than the signer's --- */

static gboolean
run_sig (const guint8 *bytes, gsize size)
{
  static char *good;
  g_autofree char *text = fuzz_text (bytes, size), *comment = NULL;
  g_autoptr (GError) error = NULL;
  gboolean fits;

  if (good == NULL)
    good = tabella_minisign_sign (&sec, MESSAGE, strlen (MESSAGE), COMMENT);
  fits = tabella_minisign_verify (&pub, MESSAGE, strlen (MESSAGE), (const char *)bytes, size,
                                  &comment, &error);
  if (!fuzz_verdict (fits, error))
    return FALSE;
  FUZZ_CHECK (strlen (text) == size && g_str_equal (comment, COMMENT));
  FUZZ_CHECK (g_str_equal (after_first_line (text), after_first_line (good)));
  return TRUE;
}

static void
seed_sig (void)
{
  g_autofree char *good = tabella_minisign_sign (&sec, MESSAGE, strlen (MESSAGE), COMMENT);
  g_autofree char *renamed =
      g_strconcat ("untrusted comment: another\n", after_first_line (good), NULL);

  fuzz_seed_text ("good", good);
  fuzz_seed_text ("renamed", renamed);
}

const FuzzTarget fuzz_minisig = { "minisig", prepare, run_sig, seed_sig };
