/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fixture.h"
#include "minisign.h"

#define MESSAGE "what is signed\n"
#define COMMENT                                                                                    \
  "tabella batch election=0123456789abcdef terminal=7 number=2 kind=final cast=3 checkins=4"

/* A key pair and its signature of MESSAGE with COMMENT. */
typedef struct {
  TabellaMinisignPublic pub;
  TabellaMinisignSecret sec;
  char *sig;
} Signed;

static inline void
signed_clear (Signed *s)
{
  tabella_minisign_secret_clear (&s->sec);
  g_clear_pointer (&s->sig, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signed, signed_clear)

static inline void
make_signed (Signed *s)
{
  tabella_minisign_generate (&s->pub, &s->sec);
  s->sig = tabella_minisign_sign (&s->sec, MESSAGE, strlen (MESSAGE), COMMENT);
}

static inline void
assert_refused_size (const Signed *s, const char *sig, gsize size, TabellaCryptoError code)
{
  g_autoptr (GError) error = NULL;
  char *comment = (char *)"not yet set";

  g_assert_false (
      tabella_minisign_verify (&s->pub, MESSAGE, strlen (MESSAGE), sig, size, &comment, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, (gint)code);
  g_assert_null (comment);
}

static inline void
assert_refused (const Signed *s, const char *sig, TabellaCryptoError code)
{
  assert_refused_size (s, sig, strlen (sig), code);
}

static inline void
assert_verifies (const TabellaMinisignPublic *pub, const char *message, const char *sig,
                 const char *comment)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  g_assert_true (
      tabella_minisign_verify (pub, message, strlen (message), sig, strlen (sig), &found, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, comment);
}

static inline void
assert_key_refused (const char *text, const char *passphrase, TabellaCryptoError code)
{
  g_autoptr (GError) error = NULL;
  g_auto (TabellaMinisignSecret) sec = { 0 };

  g_assert_false (tabella_minisign_secret_parse (text, strlen (text), passphrase, &sec, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, (gint)code);
  g_assert_null (sec.secret);
}
