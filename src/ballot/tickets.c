/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tickets.h"

#include <string.h>
#include "codes.h"
#include "hash.h"

#define X_BYTES     6 /* style, desk, run, 3 random bytes */
#define CHECK_BYTES 4
#define T_BYTES     16

G_STATIC_ASSERT (X_BYTES + CHECK_BYTES == TABELLA_TICKET_SHORT);

static void
ticket_hash (const guint8 ticket_key[32], TabellaTag tag, const guint8 he[32], guint16 station,
             const guint8 x[X_BYTES], guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, ticket_key, tag);
  tabella_hash_put (&h, he, 32);
  tabella_hash_u16 (&h, station);
  tabella_hash_put (&h, x, X_BYTES);
  tabella_hash_finish (&h, out);
}

static void
full_ticket (const guint8 ticket_key[32], const guint8 he[32], guint16 station,
             const guint8 x[X_BYTES], guint8 t[T_BYTES])
{
  guint8 hash[32];

  ticket_hash (ticket_key, TABELLA_TAG_TICKET, he, station, x, hash);
  memcpy (t, hash, T_BYTES);
  sodium_memzero (hash, sizeof hash);
}

void
tabella_ticket_make (const guint8 ticket_key[32], const guint8 he[32], guint16 station,
                     const TabellaTicketFields *fields, guint8 ticket[10], guint8 t[16])
{
  guint8 hash[32];

  ticket[0] = fields->style;
  ticket[1] = fields->desk;
  ticket[2] = fields->run;
  memcpy (ticket + 3, fields->random, sizeof fields->random);
  ticket_hash (ticket_key, TABELLA_TAG_TICKET_CHECK, he, station, ticket, hash);
  memcpy (ticket + X_BYTES, hash, CHECK_BYTES);
  sodium_memzero (hash, sizeof hash);
  full_ticket (ticket_key, he, station, ticket, t);
}

gboolean
tabella_ticket_check (const guint8 ticket_key[32], const guint8 he[32], guint16 station,
                      const guint8 ticket[10], TabellaTicketFields *fields, guint8 t[16])
{
  guint8 hash[32];
  gboolean good;

  *fields = (TabellaTicketFields){ .style = 0 };
  memset (t, 0, T_BYTES);
  ticket_hash (ticket_key, TABELLA_TAG_TICKET_CHECK, he, station, ticket, hash);
  good = sodium_memcmp (hash, ticket + X_BYTES, CHECK_BYTES) == 0;
  sodium_memzero (hash, sizeof hash);
  if (!good)
    return FALSE;
  fields->style = ticket[0];
  fields->desk = ticket[1];
  fields->run = ticket[2];
  memcpy (fields->random, ticket + 3, sizeof fields->random);
  full_ticket (ticket_key, he, station, ticket, t);
  return TRUE;
}

char *
tabella_ticket_text (const guint8 ticket[10], gboolean grouped)
{
  return tabella_crockford (ticket, TABELLA_TICKET_SHORT * 8, grouped ? 4 : 0);
}

gboolean
tabella_ticket_parse (const char *text, guint8 ticket[10])
{
  return tabella_uncrockford (text, ticket, TABELLA_TICKET_SHORT * 8);
}
