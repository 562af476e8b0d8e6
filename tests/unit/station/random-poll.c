/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-poll.h"

#include <string.h>
#include "checkin.h"
#include "files.h"
#include "session.h"

#define COMBINED      6
#define DESK          1
#define BOOTH         3
#define STRANGERS     100 /* on no roll from this number on */
#define STRANGERS_END 900000
#define ON_ROLL       10 /* of each station and lane */
#define LANE_DESK     5  /* desk 1 serves last digits 0–4 */
#define MOST_CHECKS   3
#define RESTARTS      20 /* events between two, about */

typedef enum { WAITS, AT_BOOTH, AWAY, DONE } Where;

/* What somebody is going to do; drawn before anybody comes. */
typedef struct {
  char *id;
  gboolean goes;    /* without a ballot, … */
  gboolean sent;    /* … by an officer */
  gboolean returns; /* and votes after all (combined) */
  Where where;
  guint person;
  guint8 ticket[TABELLA_TICKET_SHORT];
} Guest;

static void
guest_clear (gpointer data)
{
  g_free (((Guest *)data)->id);
}

static void
ballot_clear (gpointer data)
{
  g_free (((RandomBallot *)data)->text);
}

/* Every station has both styles. */
static void
widen (json_t *draft)
{
  json_t *stations = json_object_get (draft, "stations");

  for (gsize i = 1; i < json_array_size (stations); i++)
    json_array_append_new (json_object_get (json_array_get (stations, i), "styles"),
                           json_string ("wide"));
}

Practice *
random_poll_practice (guint slots)
{
  g_autofree char *policies =
      g_strdup_printf ("{\"capacity\": {\"ballots\": %u, \"checkins\": %u}}", slots, slots);

  return practice_new_changed (policies, widen);
}

static TabellaStation *
fresh (Practice *p, guint16 index)
{
  g_autofree char *name = g_strdup_printf ("state-%u", index);
  g_autofree char *dir = practice_file (p, name);
  GError *error = NULL;

  if (!g_file_test (dir, G_FILE_TEST_IS_SYMLINK))
    g_assert_true (tabella_folder_remove (dir, &error));
  return practice_open (p, index);
}

RandomPoll *
random_poll_new (Practice *p, gboolean split)
{
  RandomPoll *r = g_new0 (RandomPoll, 1);

  r->practice = p;
  r->index = split ? BOOTH : COMBINED;
  r->desk = split ? DESK : COMBINED;
  r->box = fresh (p, r->index);
  r->front = split ? fresh (p, r->desk) : r->box;
  r->people = g_array_new (FALSE, FALSE, sizeof (RandomPerson));
  r->cast = g_array_new (FALSE, FALSE, sizeof (RandomBallot));
  r->checked = g_array_new (FALSE, FALSE, sizeof (RandomBallot));
  g_array_set_clear_func (r->cast, ballot_clear);
  g_array_set_clear_func (r->checked, ballot_clear);
  return r;
}

void
random_poll_free (RandomPoll *r)
{
  if (r->front != r->box)
    tabella_station_free (r->front);
  tabella_station_free (r->box);
  g_array_unref (r->people);
  g_array_unref (r->cast);
  g_array_unref (r->checked);
  g_free (r);
}

/* Whoever the roll of the station has: practice.h. */
static guint
on_roll (const RandomPoll *r, guint n)
{
  return r->front == r->box ? 20 + n : n / LANE_DESK * 10 + n % LANE_DESK;
}

static Guest
draw (const RandomPoll *r, guint number)
{
  const gint32 what = g_test_rand_int_range (0, 100);
  Guest guest = { .id = practice_id (number) };

  guest.goes = what >= 70;
  guest.sent = what >= 85;
  guest.returns = guest.goes && r->front == r->box && what % 2 == 0;
  return guest;
}

/* Different people, some of them on the roll, in no order of their numbers. */
static GArray *
invite (const RandomPoll *r, guint people)
{
  GArray *guests = g_array_new (FALSE, TRUE, sizeof (Guest));
  const guint first = (guint)g_test_rand_int_range (0, STRANGERS_END);
  const guint most = r->strangers ? 0 : MIN (people, ON_ROLL);
  const guint known = (guint)g_test_rand_int_range (0, (gint32)most + 1);

  g_array_set_clear_func (guests, guest_clear);
  for (guint n = 0; guests->len < people; n++) {
    const guint number = n < known ? on_roll (r, n) : (first + n) % STRANGERS_END + STRANGERS;
    const Guest guest = draw (r, number);

    if (n >= known && r->front != r->box && number % 10 >= LANE_DESK)
      g_free (guest.id);
    else
      g_array_append_val (guests, guest);
  }
  for (guint i = guests->len; i-- > 1;) {
    Guest *a = &g_array_index (guests, Guest, i);
    Guest *b = &g_array_index (guests, Guest, (guint)g_test_rand_int_range (0, (gint32)i + 1));
    const Guest other = *a;

    *a = *b;
    *b = other;
  }
  return guests;
}

/* As after a power cut between two voters. */
static void
restart (RandomPoll *r)
{
  const gboolean one = r->front == r->box;

  tabella_station_free (r->box);
  r->box = practice_restart (r->practice, r->index);
  if (one) {
    r->front = r->box;
  } else {
    tabella_station_free (r->front);
    r->front = practice_restart (r->practice, r->desk);
  }
  r->restarts++;
}

static gboolean
is_known (const TabellaAnswer *a)
{
  return a->kind == TABELLA_ANSWER_ON_ROLL || (a->kind == TABELLA_ANSWER_LEFT && !a->may_walk_in);
}

static void
arrive (RandomPoll *r, Guest *guest)
{
  g_autoptr (TabellaAnswer) answer = NULL;
  TabellaTicketFields fields;
  RandomPerson person = { 0 };
  GError *error = NULL;

  answer = tabella_checkin_look (r->front, guest->id, &error);
  g_assert_no_error (error);
  tabella_checkin_give (
      r->front, answer, is_known (answer) ? TABELLA_CHECKIN_ROLL : TABELLA_CHECKIN_WALKIN,
      answer->kind == TABELLA_ANSWER_NOT_ON_ROLL ? (guint16)g_test_rand_int_range (0, 2)
                                                 : answer->style,
      guest->ticket, &error);
  g_assert_no_error (error);
  if (guest->where == AWAY)
    return;
  memcpy (person.p, answer->p, 32);
  memcpy (person.ticket, guest->ticket, sizeof person.ticket);
  g_assert_true (tabella_ticket_check (r->front->keys->roll->ticket_key, r->front->ctx->he,
                                       r->front->status.station, guest->ticket, &fields, person.t));
  person.run = fields.run;
  guest->person = r->people->len;
  g_array_append_val (r->people, person);
}

static void
toggle (TabellaSession *v, guint place, guint count)
{
  const TabellaContest *contest = tabella_session_contest (v, place);

  while (tabella_session_n_chosen (v, place) < count) {
    const guint option = (guint)g_test_rand_int_range (0, (gint32)contest->options->len);

    if (!tabella_session_chosen (v, place, option))
      g_assert_true (tabella_session_toggle (v, place, option));
  }
}

/* Random selections, confirmed. */
static void
vote (TabellaStation *s)
{
  TabellaSession *v = tabella_station_session (s);
  GError *error = NULL;

  for (guint i = 0; i < tabella_session_n_contests (v); i++) {
    const TabellaContest *c = tabella_session_contest (v, i);

    toggle (v, i, (guint)g_test_rand_int_range ((gint32)c->min, (gint32)c->max + 1));
  }
  g_assert_true (tabella_session_confirm (s, &error));
  g_assert_no_error (error);
}

static void
around (const RandomPoll *r, gboolean after)
{
  if (r->around != NULL)
    r->around (after, r->data);
}

static void
keep (RandomPoll *r, GArray *list, guint person, const guint8 code[32], char *text)
{
  RandomBallot b = { .person = person, .text = text };

  memcpy (b.code, code, 32);
  g_array_append_val (list, b);
}

static void
check_machine (RandomPoll *r, const Guest *guest)
{
  const gboolean checks = g_test_rand_int_range (0, 4) == 0;
  const guint n = checks ? (guint)g_test_rand_int_range (1, MOST_CHECKS + 1) : 0;

  for (guint i = 0; i < n; i++) {
    TabellaSession *v = tabella_station_session (r->box);
    guint8 code[32];
    char *text = NULL;
    GError *error = NULL;

    vote (r->box);
    memcpy (code, tabella_session_code (v), 32);
    around (r, FALSE);
    g_assert_true (tabella_session_challenge (r->box, &text, &error));
    g_assert_no_error (error);
    around (r, TRUE);
    r->challenges++;
    if (i == 0)
      keep (r, r->checked, guest->person, code, text);
    else
      g_free (text);
  }
}

static void
leave (RandomPoll *r, const Guest *guest)
{
  GError *error = NULL;

  if (guest->sent)
    g_assert_true (tabella_session_cancel (r->box, TABELLA_CANCEL_HELP, &error));
  else
    g_assert_true (tabella_session_end (r->box, &error));
  g_assert_no_error (error);
}

static void
cast (RandomPoll *r, const Guest *guest)
{
  guint8 code[32];
  char *text = NULL;
  GError *error = NULL;

  vote (r->box);
  memcpy (code, tabella_session_code (tabella_station_session (r->box)), 32);
  around (r, FALSE);
  g_assert_true (tabella_session_cast (r->box, &text, &error));
  g_assert_no_error (error);
  around (r, TRUE);
  r->casts++;
  keep (r, r->cast, guest->person, code, text);
  g_assert_true (tabella_session_end (r->box, &error));
  g_assert_no_error (error);
}

/* From the ticket to the door. */
static void
visit (RandomPoll *r, Guest *guest)
{
  const gboolean back = guest->where == AWAY;
  GError *error = NULL;

  g_assert_true (tabella_session_begin (r->box, guest->ticket, &error));
  g_assert_no_error (error);
  check_machine (r, guest);
  r->returns += back ? 1 : 0;
  if (back || !guest->goes)
    cast (r, guest);
  else
    leave (r, guest);
  guest->where = !back && guest->returns ? AWAY : DONE;
}

/* One more thing happens: somebody comes, or goes to the booth, or a terminal is started again. */
static void
happen (RandomPoll *r, GArray *guests, guint *came)
{
  const gboolean split = r->front != r->box;
  Guest *guest =
      &g_array_index (guests, Guest, (guint)g_test_rand_int_range (0, (gint32)guests->len));

  if (guest->where == DONE ||
      (guest->where == WAITS && guest != &g_array_index (guests, Guest, *came)))
    return;
  if (g_test_rand_int_range (0, RESTARTS) == 0) {
    restart (r);
    return;
  }
  if (guest->where != AT_BOOTH) {
    arrive (r, guest);
    *came += guest->where == WAITS ? 1 : 0;
  }
  if (split && guest->where == WAITS)
    guest->where = AT_BOOTH;
  else
    visit (r, guest);
}

static gboolean
all_done (GArray *guests)
{
  for (guint i = 0; i < guests->len; i++)
    if (g_array_index (guests, Guest, i).where != DONE)
      return FALSE;
  return TRUE;
}

void
random_poll_run (RandomPoll *r, guint people)
{
  g_autoptr (GArray) guests = invite (r, people);
  guint came = 0;

  while (!all_done (guests))
    happen (r, guests, &came);
}
