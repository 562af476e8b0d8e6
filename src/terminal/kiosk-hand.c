/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one screen leaves for the next. */
#include "kiosk-private.h"

#include <sodium.h>
#include <string.h>

const TabellaAnswer *
tabella_kiosk_answer (TabellaKiosk *k)
{
  return k->answer;
}

void
tabella_kiosk_take_answer (TabellaKiosk *k, TabellaAnswer *answer)
{
  g_clear_pointer (&k->answer, tabella_answer_free);
  k->answer = answer;
}

const char *
tabella_kiosk_typed (TabellaKiosk *k)
{
  return k->typed;
}

void
tabella_kiosk_set_typed (TabellaKiosk *k, const char *text)
{
  char *copy = g_strdup (text);

  if (k->typed != NULL)
    sodium_memzero (k->typed, strlen (k->typed));
  g_free (k->typed);
  k->typed = copy;
}

const guint8 *
tabella_kiosk_ticket (TabellaKiosk *k)
{
  return k->has_ticket ? k->ticket : NULL;
}

void
tabella_kiosk_set_ticket (TabellaKiosk *k, const guint8 *ticket)
{
  k->has_ticket = ticket != NULL;
  k->provisional = FALSE;
  if (ticket != NULL)
    memcpy (k->ticket, ticket, sizeof k->ticket);
  else
    sodium_memzero (k->ticket, sizeof k->ticket);
}

gboolean
tabella_kiosk_provisional (TabellaKiosk *k)
{
  return k->provisional;
}

void
tabella_kiosk_set_provisional (TabellaKiosk *k, gboolean provisional)
{
  k->provisional = provisional;
}

const char *
tabella_kiosk_qr (TabellaKiosk *k)
{
  return k->qr;
}

void
tabella_kiosk_set_qr (TabellaKiosk *k, const char *text)
{
  char *copy = g_strdup (text);

  if (k->qr != NULL)
    sodium_memzero (k->qr, strlen (k->qr)); /* a challenge names selections */
  g_free (k->qr);
  k->qr = copy;
}

const char *
tabella_kiosk_setup_code (TabellaKiosk *k)
{
  return (const char *)k->setup_code;
}

void
tabella_kiosk_set_setup_code (TabellaKiosk *k, const char *code)
{
  g_clear_pointer (&k->setup_code, tabella_secret_free);
  if (code == NULL)
    return;
  k->setup_code = tabella_secret_new (SETUP_CODE_BYTES);
  g_strlcpy ((char *)k->setup_code, code, SETUP_CODE_BYTES);
}

void
tabella_kiosk_add_passphrase (TabellaKiosk *k, const char *passphrase)
{
  TabellaSecret *copy;

  if (k->n_passphrases == MAX_PASSPHRASES)
    return;
  copy = tabella_secret_new (PASSPHRASE_BYTES);
  g_strlcpy ((char *)copy, passphrase, PASSPHRASE_BYTES);
  k->passphrases[k->n_passphrases] = copy;
  k->list[k->n_passphrases++] = (const char *)copy;
}

guint
tabella_kiosk_n_passphrases (TabellaKiosk *k)
{
  return k->n_passphrases;
}

const char *const *
tabella_kiosk_passphrases (TabellaKiosk *k)
{
  return k->list;
}

void
tabella_kiosk_forget_passphrases (TabellaKiosk *k)
{
  for (guint i = 0; i < k->n_passphrases; i++) {
    g_clear_pointer (&k->passphrases[i], tabella_secret_free);
    k->list[i] = NULL;
  }
  k->n_passphrases = 0;
}

void
tabella_kiosk_forget_secrets (TabellaKiosk *k)
{
  tabella_kiosk_set_setup_code (k, NULL);
  tabella_kiosk_forget_passphrases (k);
}

gboolean
tabella_kiosk_uncertain (TabellaKiosk *k)
{
  return k->uncertain;
}

void
tabella_kiosk_set_uncertain (TabellaKiosk *k, gboolean uncertain)
{
  k->uncertain = uncertain;
}

gboolean
tabella_kiosk_hand_count (TabellaKiosk *k, guint *count)
{
  *count = k->hand_count;
  return k->counted;
}

void
tabella_kiosk_set_hand_count (TabellaKiosk *k, gboolean counted, guint count)
{
  k->counted = counted;
  k->hand_count = counted ? count : 0;
}
