/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"
#include "tickets.h"

#include <string.h>

#define STATION 3

static const TabellaTicketFields fields = {
  .style = 2, .desk = 1, .run = 250, .random = { 9, 8, 7 }
};

typedef struct {
  guint8 key[32], he[32], ticket[10], t[16];
} Ticket;

static Ticket
make (void)
{
  Ticket t;

  hand_bytes ("ticket key", t.key);
  hand_bytes ("HE", t.he);
  tabella_ticket_make (t.key, t.he, STATION, &fields, t.ticket, t.t);
  return t;
}

static gboolean
accepts (const Ticket *t, guint16 station)
{
  TabellaTicketFields back;
  guint8 full[16];

  return tabella_ticket_check (t->key, t->he, station, t->ticket, &back, full);
}

/* Both hashes spelt out from protocol section 6. */
static void
test_bytes (void)
{
  const Ticket t = make ();
  guint8 message[1 + 32 + 2 + 6] = { 0x36 }, hash[32];
  const guint8 x[6] = { 2, 1, 250, 9, 8, 7 };

  g_assert_cmpmem (t.ticket, 6, x, 6);
  memcpy (message + 1, t.he, 32);
  message[33] = STATION;
  memcpy (message + 35, x, 6);
  g_assert_cmpint (crypto_generichash (hash, 32, message, sizeof message, t.key, 32), ==, 0);
  g_assert_cmpmem (t.ticket + 6, 4, hash, 4);
  message[0] = 0x37;
  g_assert_cmpint (crypto_generichash (hash, 32, message, sizeof message, t.key, 32), ==, 0);
  g_assert_cmpmem (t.t, 16, hash, 16);
}

static void
test_check (void)
{
  const Ticket t = make ();
  TabellaTicketFields back;
  guint8 full[16];

  g_assert_true (tabella_ticket_check (t.key, t.he, STATION, t.ticket, &back, full));
  g_assert_cmpmem (&back, sizeof back, &fields, sizeof fields);
  g_assert_cmpmem (full, 16, t.t, 16);
}

static void
test_refusals (void)
{
  const Ticket good = make ();
  Ticket t = good;
  TabellaTicketFields back;
  guint8 full[16];

  g_assert_true (accepts (&t, STATION));
  g_assert_false (accepts (&t, STATION + 1));
  hand_bytes ("another election", t.he);
  g_assert_false (accepts (&t, STATION));
  t = good;
  hand_bytes ("another key", t.key);
  g_assert_false (accepts (&t, STATION));
  for (guint bit = 0; bit < 80; bit++) {
    t = good;
    t.ticket[bit / 8] ^= (guint8)(1 << (bit % 8));
    g_assert_false (accepts (&t, STATION));
  }
  t = good;
  t.ticket[9] ^= 1;
  memset (full, 0xff, sizeof full);
  g_assert_false (tabella_ticket_check (t.key, t.he, STATION, t.ticket, &back, full));
  g_assert_true (sodium_is_zero (full, sizeof full));
}

/* Someone who types at random: one in four billion would pass, none of ten thousand does. */
static void
test_guessed (void)
{
  Ticket t = make ();

  for (guint i = 0; i < 10000; i++) {
    randombytes_buf (t.ticket, sizeof t.ticket);
    g_assert_false (accepts (&t, STATION));
  }
}

static void
test_distinct (void)
{
  const Ticket first = make ();
  TabellaTicketFields other = fields;
  guint8 ticket[10], t[16];

  other.random[2]++;
  tabella_ticket_make (first.key, first.he, STATION, &other, ticket, t);
  g_assert_cmpint (memcmp (t, first.t, 16), !=, 0);
}

static void
test_text (void)
{
  static const guint8 ticket[10] = { 0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf };
  g_autofree char *grouped = tabella_ticket_text (ticket, TRUE);
  g_autofree char *plain = tabella_ticket_text (ticket, FALSE);
  guint8 back[10];

  /* Five bits each: 0, 1, 2 … 15. */
  g_assert_cmpstr (grouped, ==, "0123-4567-89AB-CDEF");
  g_assert_cmpstr (plain, ==, "0123456789ABCDEF");
  g_assert_true (tabella_ticket_parse (grouped, back));
  g_assert_cmpmem (back, 10, ticket, 10);
  g_assert_true (tabella_ticket_parse (plain, back));
  g_assert_cmpmem (back, 10, ticket, 10);
}

static void
test_typing (void)
{
  static const char *const good[] = { "0123-4567-89ab-cdef", "OL23 4567 89AB CDEF",
                                      " oi2345-6789abcd-ef ", "o l 2 3 4 5 6 7 8 9 a b c d e f" };
  static const char *const bad[] = { "",
                                     "0123-4567-89AB-CDE",
                                     "0123-4567-89AB-CDEF0",
                                     "0123-4567-89AB-CDEU",
                                     "0123-4567-89AB-CDE!",
                                     "0123_4567_89AB_CDEF" };
  static const guint8 ticket[10] = { 0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf };
  guint8 back[10];

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_assert_true (tabella_ticket_parse (good[i], back));
    g_assert_cmpmem (back, 10, ticket, 10);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (tabella_ticket_parse (bad[i], back));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tickets/bytes", test_bytes);
  g_test_add_func ("/tickets/check", test_check);
  g_test_add_func ("/tickets/refusals", test_refusals);
  g_test_add_func ("/tickets/guessed", test_guessed);
  g_test_add_func ("/tickets/distinct", test_distinct);
  g_test_add_func ("/tickets/text", test_text);
  g_test_add_func ("/tickets/typing", test_typing);
  return g_test_run ();
}
