/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sign.h"

/* minisign's file formats, prehashed signatures ("ED") only: exactly four LF-ended lines, ids compared
 * (protocol section 2). */
typedef struct { guint8 id[8]; guint8 key[32]; } TabellaMinisignPublic;
typedef struct { guint8 id[8]; TabellaSecret *secret; /* 64 bytes */ } TabellaMinisignSecret;

void tabella_minisign_secret_clear (TabellaMinisignSecret *s);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaMinisignSecret, tabella_minisign_secret_clear)

/* A new pair with a random id. */
void tabella_minisign_generate (TabellaMinisignPublic *pub, TabellaMinisignSecret *sec);
/* A terminal's batch key: id = first 8 bytes of BLAKE2b-256 of the public key. */
void tabella_minisign_batch_public (const guint8 key[32], TabellaMinisignPublic *pub);

/* Two-line .pub file: text to and from. Error FORMAT. */
char    *tabella_minisign_public_text (const TabellaMinisignPublic *pub);
gboolean tabella_minisign_public_parse (const char *text, gsize size, TabellaMinisignPublic *pub, GError **error);
/* .key file, scrypt-encrypted, readable by stock minisign. Stops the
 * program without memory. Errors FORMAT, PASSPHRASE, SYSTEM (no memory). @cheap: the lowest cost (tests). */
char    *tabella_minisign_secret_text (const TabellaMinisignSecret *sec, const char *passphrase, gboolean cheap);
gboolean tabella_minisign_secret_parse (const char *text, gsize size, const char *passphrase,
                                        TabellaMinisignSecret *sec, GError **error);

/* The first line of a signature by tabella_minisign_sign(), which nothing signs. */
#define TABELLA_MINISIGN_FIRST_LINE "untrusted comment: signature of a tabella key\n"

/* The .minisig text over @bytes. @comment: trusted comment, one printable line of UTF-8 (checked: stops the program). */
char *tabella_minisign_sign (const TabellaMinisignSecret *sec, gconstpointer bytes, gsize size, const char *comment);
/* Verifies; on success *comment (may be NULL) is the trusted comment. FALSE with FORMAT (shape), SIGNATURE (wrong id,
 * signature or comment signature). */
gboolean tabella_minisign_verify (const TabellaMinisignPublic *pub, gconstpointer bytes, gsize size, const char *sig,
                                  gsize sig_size, char **comment, GError **error);
