/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow.h"

#define ANY TABELLA_N_SCREENS

#define S(name) TABELLA_SCREEN_##name
#define E(from, event, to, who)                                                                    \
  {                                                                                                \
    S (from), ANY, TABELLA_EV_##event, S (to), TABELLA_FOR_##who                                   \
  }
#define FROM(from, orig, event, to, who)                                                           \
  {                                                                                                \
    S (from), S (orig), TABELLA_EV_##event, S (to), TABELLA_FOR_##who                              \
  }

/* Desks have no voters' screens. */
#define TABELLA_FOR_VOTING  (TABELLA_FOR_COMBINED | TABELLA_FOR_BOOTH)
#define TABELLA_FOR_CHECKIN (TABELLA_FOR_COMBINED | TABELLA_FOR_DESK)

const TabellaEdge tabella_flow_edges[] = {
  /* setting up; no keys are open here, so there is nothing to lock */
  E (NEW, NEXT, ENROLLED, ALL),
  E (ENROLLED, NEXT, INSTALL, ALL),
  E (INSTALL, BACK, ENROLLED, ALL),
  E (INSTALL, INSTALLED, SETUP_CODE, ALL),
  E (SETUP_CODE, NEXT, PASSPHRASES, ALL),
  E (PASSPHRASES, BACK, SETUP_CODE, ALL),
  E (PASSPHRASES, NEXT, CHOOSE_PIN, ALL),
  E (CHOOSE_PIN, BACK, PASSPHRASES, ALL),
  E (CHOOSE_PIN, UNLOCKED, SELF_TEST, ALL),

  /* unlocking leads to where the records say */
  E (LOCKED, UNLOCKED, SELF_TEST, ALL),
  E (LOCKED, OPEN, OFFICER, ALL),
  E (LOCKED, PAUSE, PAUSED, ALL),
  E (LOCKED, MORNING, MORNING, ALL),
  E (LOCKED, ACCOUNT, ACCOUNT, ALL),
  E (ACCOUNT, OPEN, OFFICER, ALL),
  E (ACCOUNT, PAUSE, PAUSED, ALL),
  E (ACCOUNT, MORNING, MORNING, ALL),
  E (ACCOUNT, LOCK, LOCKED, ALL),
  E (LOCKED, CLOSE, CLOSE_EXPORT, ALL),
  E (LOCKED, WRITTEN, CLOSED, ALL),

  E (SELF_TEST, AGAIN, SELF_TEST, ALL),
  E (SELF_TEST, NEXT, ZERO_REPORT, ALL),
  E (SELF_TEST, LOCK, LOCKED, ALL),
  E (ZERO_REPORT, BACK, SELF_TEST, ALL),
  E (ZERO_REPORT, OPEN, OFFICER, ALL),
  E (ZERO_REPORT, LOCK, LOCKED, ALL),

  /* the poll */
  E (OFFICER, LOOKED_UP, ANSWER, CHECKIN),
  E (OFFICER, BACK, OFFICER, CHECKIN), /* no more in doubt about a number */
  E (OFFICER, VOTER_READY, BOOTH_WAIT, BOOTH),
  E (OFFICER, PAUSE, PAUSED, ALL),
  E (OFFICER, COPY, SAFETY_COPY, ALL),
  E (OFFICER, CLOSE, CLOSE_COUNT, ALL),
  E (OFFICER, LOCK, LOCKED, ALL),
  E (ANSWER, BACK, OFFICER, CHECKIN),
  E (ANSWER, TICKET, TICKET, DESK),
  E (ANSWER, TICKET, HANDOVER, COMBINED),
  E (ANSWER, LOCK, LOCKED, CHECKIN),
  E (TICKET, NEXT, OFFICER, DESK),
  E (TICKET, LOCK, LOCKED, DESK),
  E (HANDOVER, VOTER_READY, LANGUAGE, COMBINED),
  E (HANDOVER, LEFT, OFFICER, COMBINED),
  E (HANDOVER, LOCK, LOCKED, COMBINED),
  E (PAUSED, RESUME, OFFICER, ALL),
  E (PAUSED, COPY, SAFETY_COPY, ALL),
  E (PAUSED, CLOSE, CLOSE_COUNT, ALL),
  E (PAUSED, EVENING, EVENING, ALL),
  E (PAUSED, MORNING, MORNING, ALL),
  E (PAUSED, LOCK, LOCKED, ALL),
  E (EVENING, MORNING, MORNING, ALL),
  E (EVENING, COPY, SAFETY_COPY, ALL),
  E (EVENING, LOCK, LOCKED, ALL),
  E (MORNING, RESUME, OFFICER, ALL),
  E (MORNING, COPY, SAFETY_COPY, ALL),
  E (MORNING, CLOSE, CLOSE_COUNT, ALL),
  E (MORNING, LOCK, LOCKED, ALL),
  FROM (SAFETY_COPY, OFFICER, WRITTEN, OFFICER, ALL),
  FROM (SAFETY_COPY, OFFICER, BACK, OFFICER, ALL),
  FROM (SAFETY_COPY, PAUSED, WRITTEN, PAUSED, ALL),
  FROM (SAFETY_COPY, PAUSED, BACK, PAUSED, ALL),
  FROM (SAFETY_COPY, EVENING, WRITTEN, EVENING, ALL),
  FROM (SAFETY_COPY, EVENING, BACK, EVENING, ALL),
  FROM (SAFETY_COPY, MORNING, WRITTEN, MORNING, ALL),
  FROM (SAFETY_COPY, MORNING, BACK, MORNING, ALL),
  E (SAFETY_COPY, LOCK, LOCKED, ALL),

  /* closing: once confirmed there is no way back to the poll */
  FROM (CLOSE_COUNT, OFFICER, BACK, OFFICER, ALL),
  FROM (CLOSE_COUNT, PAUSED, BACK, PAUSED, ALL),
  FROM (CLOSE_COUNT, MORNING, BACK, MORNING, ALL),
  E (CLOSE_COUNT, NEXT, CLOSE_BALANCE, ALL),
  E (CLOSE_COUNT, LOCK, LOCKED, ALL),
  E (CLOSE_BALANCE, BACK, CLOSE_COUNT, ALL),
  E (CLOSE_BALANCE, NEXT, CLOSE_CONFIRM, ALL),
  E (CLOSE_BALANCE, LOCK, LOCKED, ALL),
  E (CLOSE_CONFIRM, BACK, CLOSE_BALANCE, ALL),
  E (CLOSE_CONFIRM, CONFIRM, CLOSE_EXPORT, ALL),
  E (CLOSE_CONFIRM, LOCK, LOCKED, ALL),
  FROM (CLOSE_EXPORT, CLOSE_CONFIRM, WRITTEN, CLOSED, ALL),
  FROM (CLOSE_EXPORT, CLOSE_CONFIRM, LOCK, LOCKED, ALL),
  FROM (CLOSE_EXPORT, LOCKED, WRITTEN, CLOSED, ALL),
  FROM (CLOSE_EXPORT, LOCKED, LOCK, LOCKED, ALL),
  FROM (CLOSE_EXPORT, CLOSED, WRITTEN, CLOSED, ALL),
  FROM (CLOSE_EXPORT, CLOSED, BACK, CLOSED, ALL),
  FROM (CLOSE_EXPORT, CLOSED, LOCK, LOCKED, ALL),
  E (CLOSED, AGAIN, CLOSE_EXPORT, ALL),
  E (CLOSED, NEXT, CLOSING_REPORT, ALL),
  E (CLOSED, LEAVE_PRACTICE, LEAVE_PRACTICE, ALL),
  E (CLOSED, RETIRE, RETIRE, ALL),
  E (CLOSED, LOCK, LOCKED, ALL),
  E (CLOSING_REPORT, BACK, CLOSED, ALL),
  E (CLOSING_REPORT, LOCK, LOCKED, ALL),

  /* the end of practice, and of the tablet's service; a retired one has no keys to lock away */
  E (LEAVE_PRACTICE, BACK, CLOSED, ALL),
  E (LEAVE_PRACTICE, CONFIRM, ENROLLED, ALL),
  E (LEAVE_PRACTICE, LOCK, LOCKED, ALL),
  E (RETIRE, BACK, CLOSED, ALL),
  E (RETIRE, NEXT, RETIRE_PIN, ALL),
  E (RETIRE, LOCK, LOCKED, ALL),
  E (RETIRE_PIN, BACK, RETIRE, ALL),
  E (RETIRE_PIN, CONFIRM, RETIRED, ALL),
  E (RETIRE_PIN, LOCK, LOCKED, ALL),
  E (RETIRED, AGAIN, CLOSE_EXPORT, ALL),
  FROM (CLOSE_EXPORT, RETIRED, WRITTEN, RETIRED, ALL),
  FROM (CLOSE_EXPORT, RETIRED, BACK, RETIRED, ALL),

  /* the voter */
  E (BOOTH_WAIT, TICKET, LANGUAGE, BOOTH),
  E (BOOTH_WAIT, CALL_OFFICER, OFFICER_PIN, BOOTH),
  E (LANGUAGE, NEXT, CONTEST, VOTING),
  E (LANGUAGE, CALL_OFFICER, OFFICER_PIN, VOTING),
  E (LANGUAGE, IDLE, IDLE_ALERT, VOTING),
  E (CONTEST, NEXT, CONTEST, VOTING),
  E (CONTEST, BACK, CONTEST, VOTING),
  E (CONTEST, CANCEL, LANGUAGE, VOTING),
  E (CONTEST, CONFIRM, REVIEW, VOTING),
  E (CONTEST, CALL_OFFICER, OFFICER_PIN, VOTING),
  E (CONTEST, IDLE, IDLE_ALERT, VOTING),
  E (REVIEW, BACK, CONTEST, VOTING),
  E (REVIEW, CHANGE, CONTEST, VOTING),
  E (REVIEW, CONFIRM, CODE, VOTING),
  E (REVIEW, CALL_OFFICER, OFFICER_PIN, VOTING),
  E (REVIEW, IDLE, IDLE_ALERT, VOTING),
  E (CODE, CAST, DONE, VOTING),
  E (CODE, CHECK, CHALLENGED, VOTING),
  E (CODE, FAULT, FAULT, VOTING),
  E (CODE, CALL_OFFICER, OFFICER_PIN, VOTING),
  E (CODE, IDLE, IDLE_ALERT, VOTING),
  E (CHALLENGED, AGAIN, CONTEST, VOTING),
  E (CHALLENGED, CALL_OFFICER, OFFICER_PIN, VOTING),
  E (CHALLENGED, IDLE, IDLE_ALERT, VOTING),
  E (DONE, NEXT, BOOTH_WAIT, BOOTH),
  E (DONE, IDLE, BOOTH_WAIT, BOOTH),
  E (DONE, NEXT, OFFICER_PIN, COMBINED),
  E (DONE, IDLE, OFFICER_PIN, COMBINED),
  E (DONE, CALL_OFFICER, OFFICER_PIN, VOTING),
  E (FAULT, CALL_OFFICER, OFFICER_PIN, VOTING),

  FROM (IDLE_ALERT, LANGUAGE, TOUCH, LANGUAGE, VOTING),
  FROM (IDLE_ALERT, CONTEST, TOUCH, CONTEST, VOTING),
  FROM (IDLE_ALERT, REVIEW, TOUCH, REVIEW, VOTING),
  FROM (IDLE_ALERT, CODE, TOUCH, CODE, VOTING),
  FROM (IDLE_ALERT, CHALLENGED, TOUCH, CHALLENGED, VOTING),
  E (IDLE_ALERT, TIMEOUT, OFFICER_PIN, VOTING),

  /* From voter to officer. Without the PIN there is only the way back, and none after an unanswered
   * alert: whoever stands there then need not be the voter. A PIN screen left alone becomes such an
   * alert. */
  FROM (OFFICER_PIN, BOOTH_WAIT, CANCEL, BOOTH_WAIT, BOOTH),
  FROM (OFFICER_PIN, LANGUAGE, CANCEL, LANGUAGE, VOTING),
  FROM (OFFICER_PIN, CONTEST, CANCEL, CONTEST, VOTING),
  FROM (OFFICER_PIN, REVIEW, CANCEL, REVIEW, VOTING),
  FROM (OFFICER_PIN, CODE, CANCEL, CODE, VOTING),
  FROM (OFFICER_PIN, CHALLENGED, CANCEL, CHALLENGED, VOTING),
  FROM (OFFICER_PIN, DONE, CANCEL, DONE, VOTING),
  FROM (OFFICER_PIN, FAULT, CANCEL, FAULT, VOTING),
  FROM (OFFICER_PIN, BOOTH_WAIT, IDLE, BOOTH_WAIT, BOOTH),
  FROM (OFFICER_PIN, DONE, IDLE, BOOTH_WAIT, BOOTH),
  FROM (OFFICER_PIN, LANGUAGE, IDLE, OFFICER_PIN, VOTING),
  FROM (OFFICER_PIN, CONTEST, IDLE, OFFICER_PIN, VOTING),
  FROM (OFFICER_PIN, REVIEW, IDLE, OFFICER_PIN, VOTING),
  FROM (OFFICER_PIN, CODE, IDLE, OFFICER_PIN, VOTING),
  FROM (OFFICER_PIN, CHALLENGED, IDLE, OFFICER_PIN, VOTING),
  FROM (OFFICER_PIN, BOOTH_WAIT, PIN_OK, OFFICER, BOOTH),
  FROM (OFFICER_PIN, DONE, PIN_OK, OFFICER, VOTING),
  FROM (OFFICER_PIN, LANGUAGE, PIN_OK, VOTER_LEFT, VOTING),
  FROM (OFFICER_PIN, CONTEST, PIN_OK, VOTER_LEFT, VOTING),
  FROM (OFFICER_PIN, REVIEW, PIN_OK, VOTER_LEFT, VOTING),
  FROM (OFFICER_PIN, CODE, PIN_OK, VOTER_LEFT, VOTING),
  FROM (OFFICER_PIN, CHALLENGED, PIN_OK, VOTER_LEFT, VOTING),
  FROM (OFFICER_PIN, FAULT, PIN_OK, VOTER_LEFT, VOTING),
  FROM (OFFICER_PIN, IDLE_ALERT, PIN_OK, VOTER_LEFT, VOTING),

  /* Help at the booth. The voter goes on at a screen that shows no selections to the officer who
     still looks on. */
  FROM (VOTER_LEFT, LANGUAGE, BACK, LANGUAGE, VOTING),
  FROM (VOTER_LEFT, CONTEST, BACK, LANGUAGE, VOTING),
  FROM (VOTER_LEFT, REVIEW, BACK, LANGUAGE, VOTING),
  FROM (VOTER_LEFT, CODE, BACK, CODE, VOTING),
  FROM (VOTER_LEFT, CHALLENGED, BACK, LANGUAGE, VOTING),
  FROM (VOTER_LEFT, FAULT, BACK, LANGUAGE, VOTING),
  FROM (VOTER_LEFT, IDLE_ALERT, BACK, LANGUAGE, VOTING),
  E (VOTER_LEFT, LEFT, OFFICER, COMBINED),
  E (VOTER_LEFT, LEFT, BOOTH_WAIT, BOOTH),
  E (VOTER_LEFT, LOCK, LOCKED, VOTING),
};
const guint tabella_flow_n_edges = G_N_ELEMENTS (tabella_flow_edges);

/* Up to here the poll can still go on: all three know where closing was begun. */
static gboolean
is_before_closing (TabellaScreen screen)
{
  return screen == S (CLOSE_COUNT) || screen == S (CLOSE_BALANCE) || screen == S (CLOSE_CONFIRM);
}

static gboolean
remembers (TabellaScreen screen)
{
  return screen == S (IDLE_ALERT) || screen == S (OFFICER_PIN) || screen == S (VOTER_LEFT) ||
         screen == S (SAFETY_COPY) || screen == S (CLOSE_EXPORT) || is_before_closing (screen);
}

static TabellaScreen
next_origin (const TabellaFlow *flow, TabellaScreen to)
{
  if (!remembers (to))
    return ANY;
  if (is_before_closing (flow->screen) && is_before_closing (to))
    return flow->origin;
  if (flow->screen == S (OFFICER_PIN))
    return to == S (OFFICER_PIN) ? S (IDLE_ALERT) : flow->origin;
  return flow->screen;
}

static const TabellaEdge *
find_edge (const TabellaFlow *flow, TabellaEvent event)
{
  for (guint i = 0; i < tabella_flow_n_edges; i++) {
    const TabellaEdge *edge = &tabella_flow_edges[i];

    if (edge->from == flow->screen && edge->event == event && (edge->roles & flow->role) != 0 &&
        (edge->origin == ANY || edge->origin == flow->origin))
      return edge;
  }
  return NULL;
}

void
tabella_flow_init (TabellaFlow *flow, guint role, TabellaScreen screen)
{
  flow->role = role;
  flow->screen = screen;
  flow->origin = ANY;
}

gboolean
tabella_flow_takes (const TabellaFlow *flow, TabellaEvent event)
{
  return find_edge (flow, event) != NULL;
}

gboolean
tabella_flow_take (TabellaFlow *flow, TabellaEvent event)
{
  const TabellaEdge *edge = find_edge (flow, event);

  if (edge == NULL)
    return FALSE;
  flow->origin = next_origin (flow, edge->to);
  flow->screen = edge->to;
  return TRUE;
}

gboolean
tabella_flow_is_voter_screen (TabellaScreen screen)
{
  return screen >= S (BOOTH_WAIT) && screen < TABELLA_N_SCREENS;
}
