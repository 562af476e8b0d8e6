/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow.h"
#include "secret.h"

static const guint roles[] = { TABELLA_FOR_COMBINED, TABELLA_FOR_DESK, TABELLA_FOR_BOOTH };

#define N_STATES ((guint)TABELLA_N_SCREENS * (TABELLA_N_SCREENS + 1))

static guint
state_of (const TabellaFlow *f)
{
  return (guint)f->screen * (TABELLA_N_SCREENS + 1) + (guint)f->origin;
}

static TabellaFlow
flow_of (guint role, guint state)
{
  return (TabellaFlow){ role, (TabellaScreen)(state / (TABELLA_N_SCREENS + 1)),
                        (TabellaScreen)(state % (TABELLA_N_SCREENS + 1)) };
}

/* Marks what can be reached from @from in any number of steps, @without one event
 * (TABELLA_N_EVENTS: with all). */
static void
walk (const TabellaFlow *from, guint without, gboolean *seen)
{
  g_autoptr (GArray) todo = g_array_new (FALSE, FALSE, sizeof (TabellaFlow));

  seen[state_of (from)] = TRUE;
  g_array_append_val (todo, *from);
  while (todo->len > 0) {
    TabellaFlow here = g_array_index (todo, TabellaFlow, todo->len - 1);

    g_array_set_size (todo, todo->len - 1);
    for (guint event = 0; event < TABELLA_N_EVENTS; event++) {
      TabellaFlow next = here;

      if (event == without || !tabella_flow_take (&next, (TabellaEvent)event))
        continue;
      if (!seen[state_of (&next)])
        g_array_append_val (todo, next);
      seen[state_of (&next)] = TRUE;
    }
  }
}

static gboolean
leads_to (guint role, guint state, TabellaScreen wanted, guint without)
{
  g_autofree gboolean *seen = g_new0 (gboolean, N_STATES);
  TabellaFlow from = flow_of (role, state);

  walk (&from, without, seen);
  for (guint s = 0; s < N_STATES; s++)
    if (seen[s] && flow_of (role, s).screen == wanted)
      return TRUE;
  return FALSE;
}

static void
reachable (guint role, gboolean *seen)
{
  TabellaFlow start;

  tabella_flow_init (&start, role, TABELLA_SCREEN_NEW);
  walk (&start, TABELLA_N_EVENTS, seen);
}

/* What a voter may have touched last when the terminal is there. */
static gboolean
is_open_to_voters (TabellaScreen screen)
{
  return tabella_flow_is_voter_screen (screen) || screen == TABELLA_SCREEN_OFFICER_PIN;
}

static void
test_one_answer (void)
{
  for (guint i = 0; i < tabella_flow_n_edges; i++)
    for (guint j = i + 1; j < tabella_flow_n_edges; j++) {
      const TabellaEdge *a = &tabella_flow_edges[i], *b = &tabella_flow_edges[j];

      if (a->from == b->from && a->event == b->event && (a->roles & b->roles) != 0) {
        g_assert_cmpint (a->origin, !=, TABELLA_N_SCREENS);
        g_assert_cmpint (b->origin, !=, TABELLA_N_SCREENS);
        g_assert_cmpint (a->origin, !=, b->origin);
      }
    }
}

/* Its keys are gone: the one end from which nothing leads back. */
static gboolean
is_retired (TabellaFlow f)
{
  return f.screen == TABELLA_SCREEN_RETIRED || f.origin == TABELLA_SCREEN_RETIRED;
}

static void
test_back_to_start (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (roles); r++) {
    const TabellaScreen rest =
        roles[r] == TABELLA_FOR_BOOTH ? TABELLA_SCREEN_BOOTH_WAIT : TABELLA_SCREEN_OFFICER;
    g_autofree gboolean *seen = g_new0 (gboolean, N_STATES);

    reachable (roles[r], seen);
    for (guint s = 0; s < N_STATES; s++) {
      if (!seen[s])
        continue;
      g_assert_cmpint (leads_to (roles[r], s, TABELLA_SCREEN_LOCKED, TABELLA_N_EVENTS), ==,
                       !is_retired (flow_of (roles[r], s)));
      if (is_open_to_voters (flow_of (roles[r], s).screen))
        g_assert_true (leads_to (roles[r], s, rest, TABELLA_EV_LOCK));
    }
  }
}

/* Every edge can happen, and every screen is there in the roles that have it. */
static void
test_roles (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (roles); r++) {
    g_autofree gboolean *seen = g_new0 (gboolean, N_STATES);
    g_autofree gboolean *screens = g_new0 (gboolean, TABELLA_N_SCREENS);
    const gboolean combined = roles[r] == TABELLA_FOR_COMBINED;
    const gboolean desk = roles[r] == TABELLA_FOR_DESK, booth = roles[r] == TABELLA_FOR_BOOTH;

    reachable (roles[r], seen);
    for (guint s = 0; s < N_STATES; s++)
      if (seen[s])
        screens[flow_of (roles[r], s).screen] = TRUE;
    for (guint s = TABELLA_SCREEN_NEW; s <= TABELLA_SCREEN_OFFICER; s++)
      g_assert_true (screens[s]);
    g_assert_cmpint (screens[TABELLA_SCREEN_ANSWER], ==, !booth);
    g_assert_cmpint (screens[TABELLA_SCREEN_TICKET], ==, desk);
    g_assert_cmpint (screens[TABELLA_SCREEN_HANDOVER], ==, combined);
    g_assert_cmpint (screens[TABELLA_SCREEN_BOOTH_WAIT], ==, booth);
    for (guint s = TABELLA_SCREEN_PAUSED; s <= TABELLA_SCREEN_RETIRED; s++)
      g_assert_true (screens[s]);
    g_assert_cmpint (screens[TABELLA_SCREEN_OFFICER_PIN], ==, !desk);
    g_assert_cmpint (screens[TABELLA_SCREEN_VOTER_LEFT], ==, !desk);
    for (guint s = TABELLA_SCREEN_LANGUAGE; s < TABELLA_N_SCREENS; s++)
      g_assert_cmpint (screens[s], ==, !desk);
    for (guint i = 0; i < tabella_flow_n_edges; i++) {
      const TabellaEdge *e = &tabella_flow_edges[i];
      gboolean found = FALSE;

      for (guint s = 0; s < N_STATES && (e->roles & roles[r]) != 0; s++) {
        TabellaFlow f = flow_of (roles[r], s);

        found = found || (seen[s] && f.screen == e->from &&
                          (e->origin == TABELLA_N_SCREENS || e->origin == f.origin));
      }
      g_assert_cmpint (found, ==, (e->roles & roles[r]) != 0);
    }
  }
}

/* Walks without CAST: DONE is not reached, whatever else happens. */
static void
test_only_cast_is_done (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (roles); r++) {
    g_autofree gboolean *seen = g_new0 (gboolean, N_STATES);
    TabellaFlow start;

    tabella_flow_init (&start, roles[r], TABELLA_SCREEN_NEW);
    walk (&start, TABELLA_EV_CAST, seen);
    for (guint s = 0; s < N_STATES; s++)
      g_assert_false (seen[s] && flow_of (roles[r], s).screen == TABELLA_SCREEN_DONE);
  }
  for (guint i = 0; i < tabella_flow_n_edges; i++) {
    const TabellaEdge *e = &tabella_flow_edges[i];

    if (e->event == TABELLA_EV_CAST) {
      g_assert_cmpint (e->from, ==, TABELLA_SCREEN_CODE);
      g_assert_cmpint (e->to, ==, TABELLA_SCREEN_DONE);
    } else if (e->to == TABELLA_SCREEN_DONE) {
      g_assert_true (e->from == TABELLA_SCREEN_OFFICER_PIN || e->from == TABELLA_SCREEN_COMFORT);
      g_assert_cmpint (e->origin, ==, TABELLA_SCREEN_DONE);
    }
  }
}

/* The code is shown before the choice between casting and checking, and nothing undoes it. */
static void
test_code_binds (void)
{
  for (guint i = 0; i < tabella_flow_n_edges; i++) {
    const TabellaEdge *e = &tabella_flow_edges[i];

    if (e->from != TABELLA_SCREEN_CODE)
      continue;
    g_assert_true (e->event == TABELLA_EV_CAST || e->event == TABELLA_EV_CHECK ||
                   e->event == TABELLA_EV_FAULT || e->event == TABELLA_EV_IDLE ||
                   e->event == TABELLA_EV_COMFORT || e->event == TABELLA_EV_CALL_OFFICER);
  }
}

static void
test_pin_between (void)
{
  for (guint i = 0; i < tabella_flow_n_edges; i++) {
    const TabellaEdge *e = &tabella_flow_edges[i];

    if (tabella_flow_is_voter_screen (e->from))
      g_assert_true (is_open_to_voters (e->to));
    if (e->from == TABELLA_SCREEN_OFFICER_PIN && !is_open_to_voters (e->to))
      g_assert_cmpint (e->event, ==, TABELLA_EV_PIN_OK);
    if (e->event == TABELLA_EV_PIN_OK)
      g_assert_cmpint (e->from, ==, TABELLA_SCREEN_OFFICER_PIN);
  }
  g_assert_false (tabella_flow_is_voter_screen (TABELLA_SCREEN_OFFICER_PIN));
  g_assert_false (tabella_flow_is_voter_screen (TABELLA_SCREEN_VOTER_LEFT));
  g_assert_true (tabella_flow_is_voter_screen (TABELLA_SCREEN_BOOTH_WAIT));
  g_assert_true (tabella_flow_is_voter_screen (TABELLA_SCREEN_FAULT));
  g_assert_false (tabella_flow_is_voter_screen (TABELLA_N_SCREENS));
}

/* The keys are in memory from unlocking on; a voter cannot lock. */
static void
test_lock (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (roles); r++) {
    g_autofree gboolean *seen = g_new0 (gboolean, N_STATES);

    reachable (roles[r], seen);
    for (guint s = 0; s < N_STATES; s++) {
      TabellaFlow f = flow_of (roles[r], s);
      const gboolean keys =
          f.screen > TABELLA_SCREEN_LOCKED && !is_open_to_voters (f.screen) && !is_retired (f);

      if (!seen[s])
        continue;
      g_assert_cmpint (tabella_flow_takes (&f, TABELLA_EV_LOCK), ==, keys);
      if (keys) {
        g_assert_true (tabella_flow_take (&f, TABELLA_EV_LOCK));
        g_assert_cmpint (f.screen, ==, TABELLA_SCREEN_LOCKED);
      }
    }
  }
}

static void
take (TabellaFlow *f, TabellaEvent event, TabellaScreen to)
{
  g_assert_true (tabella_flow_takes (f, event));
  g_assert_true (tabella_flow_take (f, event));
  g_assert_cmpint (f->screen, ==, to);
}

static void
test_idle (void)
{
  static const TabellaScreen with_ballot[] = {
    TABELLA_SCREEN_LANGUAGE, TABELLA_SCREEN_CONTEST,    TABELLA_SCREEN_REVIEW,
    TABELLA_SCREEN_CODE,     TABELLA_SCREEN_CHALLENGED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (with_ballot); i++) {
    TabellaFlow f;

    tabella_flow_init (&f, TABELLA_FOR_COMBINED, with_ballot[i]);
    take (&f, TABELLA_EV_IDLE, TABELLA_SCREEN_IDLE_ALERT);
    take (&f, TABELLA_EV_TOUCH, with_ballot[i]);
    take (&f, TABELLA_EV_IDLE, TABELLA_SCREEN_IDLE_ALERT);
    take (&f, TABELLA_EV_TIMEOUT, TABELLA_SCREEN_OFFICER_PIN);
    g_assert_cmpint (f.origin, ==, TABELLA_SCREEN_IDLE_ALERT);
    g_assert_false (tabella_flow_take (&f, TABELLA_EV_CANCEL));
    take (&f, TABELLA_EV_PIN_OK, TABELLA_SCREEN_VOTER_LEFT);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_LANGUAGE);
  }
}

/* A PIN screen that a voter called and left alone is no way for the next one to that voter's
 * ballot. */
static void
test_idle_at_the_pin (void)
{
  TabellaFlow f;

  tabella_flow_init (&f, TABELLA_FOR_BOOTH, TABELLA_SCREEN_REVIEW);
  take (&f, TABELLA_EV_CALL_OFFICER, TABELLA_SCREEN_OFFICER_PIN);
  take (&f, TABELLA_EV_CANCEL, TABELLA_SCREEN_REVIEW);
  take (&f, TABELLA_EV_CALL_OFFICER, TABELLA_SCREEN_OFFICER_PIN);
  take (&f, TABELLA_EV_IDLE, TABELLA_SCREEN_OFFICER_PIN);
  g_assert_cmpint (f.origin, ==, TABELLA_SCREEN_IDLE_ALERT);
  g_assert_false (tabella_flow_take (&f, TABELLA_EV_CANCEL));
  tabella_flow_init (&f, TABELLA_FOR_BOOTH, TABELLA_SCREEN_BOOTH_WAIT);
  take (&f, TABELLA_EV_CALL_OFFICER, TABELLA_SCREEN_OFFICER_PIN);
  take (&f, TABELLA_EV_IDLE, TABELLA_SCREEN_BOOTH_WAIT);
}

/* Helped by an officer, the voter goes on where no selection is shown. */
static void
test_help (void)
{
  static const TabellaScreen from[] = { TABELLA_SCREEN_LANGUAGE, TABELLA_SCREEN_CONTEST,
                                        TABELLA_SCREEN_REVIEW, TABELLA_SCREEN_CODE,
                                        TABELLA_SCREEN_FAULT };

  for (guint i = 0; i < G_N_ELEMENTS (from); i++) {
    TabellaFlow f;

    tabella_flow_init (&f, TABELLA_FOR_BOOTH, from[i]);
    take (&f, TABELLA_EV_CALL_OFFICER, TABELLA_SCREEN_OFFICER_PIN);
    take (&f, TABELLA_EV_PIN_OK, TABELLA_SCREEN_VOTER_LEFT);
    take (&f, TABELLA_EV_BACK,
          from[i] == TABELLA_SCREEN_CODE ? TABELLA_SCREEN_CODE : TABELLA_SCREEN_LANGUAGE);
  }
}

/* From every voter's screen to the comfort settings and back to that screen and no other, also by
 * way of the officer's PIN or an alert. */
static void
test_comfort (void)
{
  for (guint s = TABELLA_SCREEN_BOOTH_WAIT; s < TABELLA_N_SCREENS; s++) {
    const gboolean has = s != TABELLA_SCREEN_IDLE_ALERT && s != TABELLA_SCREEN_COMFORT;
    const gboolean ballot = s >= TABELLA_SCREEN_LANGUAGE && s <= TABELLA_SCREEN_CHALLENGED;
    TabellaFlow f;

    tabella_flow_init (&f, TABELLA_FOR_BOOTH, (TabellaScreen)s);
    g_assert_cmpint (tabella_flow_takes (&f, TABELLA_EV_COMFORT), ==, has);
    if (!has)
      continue;
    take (&f, TABELLA_EV_COMFORT, TABELLA_SCREEN_COMFORT);
    take (&f, TABELLA_EV_BACK, (TabellaScreen)s);
    take (&f, TABELLA_EV_COMFORT, TABELLA_SCREEN_COMFORT);
    take (&f, TABELLA_EV_CALL_OFFICER, TABELLA_SCREEN_OFFICER_PIN);
    take (&f, TABELLA_EV_CANCEL, (TabellaScreen)s);
    take (&f, TABELLA_EV_COMFORT, TABELLA_SCREEN_COMFORT);
    g_assert_true (tabella_flow_take (&f, TABELLA_EV_IDLE));
    g_assert_cmpint (f.screen == TABELLA_SCREEN_IDLE_ALERT, ==, ballot);
    if (ballot)
      take (&f, TABELLA_EV_TOUCH, (TabellaScreen)s);
  }
}

static void
test_calls_return (void)
{
  TabellaFlow f;

  tabella_flow_init (&f, TABELLA_FOR_DESK, TABELLA_SCREEN_PAUSED);
  take (&f, TABELLA_EV_COPY, TABELLA_SCREEN_SAFETY_COPY);
  take (&f, TABELLA_EV_WRITTEN, TABELLA_SCREEN_PAUSED);
  take (&f, TABELLA_EV_CLOSE, TABELLA_SCREEN_CLOSE_COUNT);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_PAUSED);
  take (&f, TABELLA_EV_RESUME, TABELLA_SCREEN_OFFICER);
  take (&f, TABELLA_EV_COPY, TABELLA_SCREEN_SAFETY_COPY);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_OFFICER);
}

/* The nights between the days of a poll, and the account after a crash. */
static void
test_nights (void)
{
  TabellaFlow f;

  tabella_flow_init (&f, TABELLA_FOR_BOOTH, TABELLA_SCREEN_PAUSED);
  take (&f, TABELLA_EV_EVENING, TABELLA_SCREEN_EVENING);
  g_assert_false (tabella_flow_takes (&f, TABELLA_EV_RESUME));
  take (&f, TABELLA_EV_COPY, TABELLA_SCREEN_SAFETY_COPY);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_EVENING);
  take (&f, TABELLA_EV_LOCK, TABELLA_SCREEN_LOCKED);
  take (&f, TABELLA_EV_ACCOUNT, TABELLA_SCREEN_ACCOUNT);
  take (&f, TABELLA_EV_MORNING, TABELLA_SCREEN_MORNING);
  take (&f, TABELLA_EV_COPY, TABELLA_SCREEN_SAFETY_COPY);
  take (&f, TABELLA_EV_WRITTEN, TABELLA_SCREEN_MORNING);
  take (&f, TABELLA_EV_CLOSE, TABELLA_SCREEN_CLOSE_COUNT);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_MORNING);
  take (&f, TABELLA_EV_RESUME, TABELLA_SCREEN_OFFICER);
}

/* Before "for good" the way back leads to where closing was begun; after it there is none. */
static void
test_closing (void)
{
  static const TabellaScreen begun[] = { TABELLA_SCREEN_OFFICER, TABELLA_SCREEN_PAUSED,
                                         TABELLA_SCREEN_MORNING };

  for (guint i = 0; i < G_N_ELEMENTS (begun); i++) {
    TabellaFlow f;

    tabella_flow_init (&f, TABELLA_FOR_DESK, begun[i]);
    take (&f, TABELLA_EV_CLOSE, TABELLA_SCREEN_CLOSE_COUNT);
    take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_CLOSE_BALANCE);
    take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_CLOSE_CONFIRM);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_CLOSE_BALANCE);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_CLOSE_COUNT);
    take (&f, TABELLA_EV_BACK, begun[i]);
    take (&f, TABELLA_EV_CLOSE, TABELLA_SCREEN_CLOSE_COUNT);
    take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_CLOSE_BALANCE);
    take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_CLOSE_CONFIRM);
    take (&f, TABELLA_EV_CONFIRM, TABELLA_SCREEN_CLOSE_EXPORT);
    g_assert_false (tabella_flow_takes (&f, TABELLA_EV_BACK));
    take (&f, TABELLA_EV_LOCK, TABELLA_SCREEN_LOCKED);
    take (&f, TABELLA_EV_CLOSE, TABELLA_SCREEN_CLOSE_EXPORT);
    g_assert_false (tabella_flow_takes (&f, TABELLA_EV_BACK));
    take (&f, TABELLA_EV_WRITTEN, TABELLA_SCREEN_CLOSED);
    take (&f, TABELLA_EV_AGAIN, TABELLA_SCREEN_CLOSE_EXPORT);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_CLOSED);
    take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_CLOSING_REPORT);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_CLOSED);
  }
}

/* Nothing is destroyed but from the end, after a screen that says so and one that asks. */
static void
test_ends (void)
{
  TabellaFlow f;

  for (guint i = 0; i < tabella_flow_n_edges; i++) {
    const TabellaEdge *e = &tabella_flow_edges[i];

    if (e->to == TABELLA_SCREEN_RETIRED && e->origin != TABELLA_SCREEN_RETIRED)
      g_assert_cmpint (e->from, ==, TABELLA_SCREEN_RETIRE_PIN);
    if (e->to == TABELLA_SCREEN_LEAVE_PRACTICE)
      g_assert_cmpint (e->from, ==, TABELLA_SCREEN_CLOSED);
    if (e->to == TABELLA_SCREEN_RETIRE)
      g_assert_true (e->from == TABELLA_SCREEN_CLOSED || e->from == TABELLA_SCREEN_RETIRE_PIN);
  }
  tabella_flow_init (&f, TABELLA_FOR_BOOTH, TABELLA_SCREEN_CLOSED);
  take (&f, TABELLA_EV_RETIRE, TABELLA_SCREEN_RETIRE);
  take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_RETIRE_PIN);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_RETIRE);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_CLOSED);
  take (&f, TABELLA_EV_LEAVE_PRACTICE, TABELLA_SCREEN_LEAVE_PRACTICE);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_CLOSED);
  tabella_flow_init (&f, TABELLA_FOR_BOOTH, TABELLA_SCREEN_RETIRED);
  take (&f, TABELLA_EV_AGAIN, TABELLA_SCREEN_CLOSE_EXPORT);
  take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_RETIRED);
  take (&f, TABELLA_EV_AGAIN, TABELLA_SCREEN_CLOSE_EXPORT);
  take (&f, TABELLA_EV_WRITTEN, TABELLA_SCREEN_RETIRED);
}

/* Whatever is done about amendments, it ends where it began; a terminal that may serve nobody gets
 * no further than to its final batch. */
static void
test_amendments (void)
{
  static const TabellaScreen from[] = { TABELLA_SCREEN_SELF_TEST, TABELLA_SCREEN_PAUSED,
                                        TABELLA_SCREEN_MORNING };

  for (guint i = 0; i < G_N_ELEMENTS (from); i++) {
    TabellaFlow f;

    tabella_flow_init (&f, TABELLA_FOR_DESK, from[i]);
    take (&f, TABELLA_EV_AMEND, TABELLA_SCREEN_AMENDMENTS);
    take (&f, TABELLA_EV_BACK, from[i]);
    take (&f, TABELLA_EV_AMEND, TABELLA_SCREEN_AMENDMENTS);
    take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_AMENDMENT_STICK);
    take (&f, TABELLA_EV_LOOKED_UP, TABELLA_SCREEN_AMENDMENT);
    take (&f, TABELLA_EV_AGAIN, TABELLA_SCREEN_AMENDMENT);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_AMENDMENTS);
    take (&f, TABELLA_EV_CHANGE, TABELLA_SCREEN_AMENDMENT_CODE);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_AMENDMENTS);
    take (&f, TABELLA_EV_CHANGE, TABELLA_SCREEN_AMENDMENT_CODE);
    take (&f, TABELLA_EV_LOOKED_UP, TABELLA_SCREEN_AMENDMENT);
    f.role = TABELLA_FOR_BOOTH; /* a spare got its place */
    take (&f, TABELLA_EV_CONFIRM, TABELLA_SCREEN_AMENDMENTS);
    take (&f, TABELLA_EV_BACK, from[i]);
    take (&f, TABELLA_EV_AMEND, TABELLA_SCREEN_AMENDMENTS);
    take (&f, TABELLA_EV_NEXT, TABELLA_SCREEN_AMENDMENT_STICK);
    take (&f, TABELLA_EV_LOOKED_UP, TABELLA_SCREEN_AMENDMENT);
    take (&f, TABELLA_EV_STOPPED, TABELLA_SCREEN_STOPPED);
    for (guint event = 0; event < TABELLA_N_EVENTS; event++)
      g_assert_cmpint (tabella_flow_takes (&f, (TabellaEvent)event), ==,
                       event == TABELLA_EV_CLOSE || event == TABELLA_EV_LOCK);
    take (&f, TABELLA_EV_CLOSE, TABELLA_SCREEN_CLOSE_COUNT);
    take (&f, TABELLA_EV_BACK, TABELLA_SCREEN_STOPPED);
  }
}

static void
test_refused_changes_nothing (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (roles); r++)
    for (guint s = 0; s < N_STATES; s++)
      for (guint event = 0; event < TABELLA_N_EVENTS; event++) {
        TabellaFlow f = flow_of (roles[r], s);
        const gboolean takes = tabella_flow_takes (&f, (TabellaEvent)event);

        g_assert_cmpint (tabella_flow_take (&f, (TabellaEvent)event), ==, takes);
        if (!takes)
          g_assert_cmpuint (state_of (&f), ==, s);
      }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow/one-answer", test_one_answer);
  g_test_add_func ("/flow/back-to-start", test_back_to_start);
  g_test_add_func ("/flow/roles", test_roles);
  g_test_add_func ("/flow/only-cast-is-done", test_only_cast_is_done);
  g_test_add_func ("/flow/code-binds", test_code_binds);
  g_test_add_func ("/flow/pin-between", test_pin_between);
  g_test_add_func ("/flow/lock", test_lock);
  g_test_add_func ("/flow/idle", test_idle);
  g_test_add_func ("/flow/idle-at-the-pin", test_idle_at_the_pin);
  g_test_add_func ("/flow/help", test_help);
  g_test_add_func ("/flow/comfort", test_comfort);
  g_test_add_func ("/flow/calls-return", test_calls_return);
  g_test_add_func ("/flow/nights", test_nights);
  g_test_add_func ("/flow/closing", test_closing);
  g_test_add_func ("/flow/ends", test_ends);
  g_test_add_func ("/flow/amendments", test_amendments);
  g_test_add_func ("/flow/refused-changes-nothing", test_refused_changes_nothing);
  return g_test_run ();
}
