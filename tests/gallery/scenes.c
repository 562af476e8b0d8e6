/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of scenes: one line a screen and state. A screen of the flow that is missing here for a
 * role that has it fails the test. */
#include "gallery.h"
#include "practice.h"

#define NO_ROLL 100 /* practice_id() of somebody on no roll */

static void
show_setup_code (Terminal *t)
{
  tabella_kiosk_set_setup_code (t->kiosk, t->setup_code);
  tabella_kiosk_set_qr (t->kiosk, t->enrolment);
}

static void
find_package (Terminal *t)
{
  GError *error = NULL;
  TabellaPackage *package = tabella_station_find_package (t->station, t->stick, &error);

  g_assert_no_error (error);
  tabella_kiosk_take_package (t->kiosk, package);
}

static void
one_passphrase (Terminal *t)
{
  tabella_kiosk_add_passphrase (t->kiosk, "made up one");
}

static void
answer_of (Terminal *t, guint n)
{
  tabella_kiosk_take_answer (t->kiosk, world_answer (t, n));
}

static guint
on_roll (Terminal *t)
{
  return tabella_station_status (t->station)->role == TABELLA_ROLE_DESK ? 2 : 21;
}

static void
answer_on_roll (Terminal *t)
{
  answer_of (t, on_roll (t));
}

/* The same answer as if the records said otherwise. */
static void
answer_as (Terminal *t, TabellaAnswerKind kind, gboolean may_provisional)
{
  TabellaAnswer *a = world_answer (t, on_roll (t));

  a->kind = kind;
  a->may_provisional = may_provisional;
  tabella_kiosk_take_answer (t->kiosk, a);
}

static void
answer_already (Terminal *t)
{
  answer_as (t, TABELLA_ANSWER_ALREADY, TRUE);
}

static void
answer_left (Terminal *t)
{
  answer_as (t, TABELLA_ANSWER_LEFT, TRUE);
}

static void
answer_done (Terminal *t)
{
  answer_as (t, TABELLA_ANSWER_PROVISIONAL_DONE, FALSE);
}

static void
answer_lane (Terminal *t)
{
  answer_of (t, 7);
}

static void
answer_elsewhere (Terminal *t)
{
  answer_of (t, 35);
}

static void
answer_not_on_roll (Terminal *t)
{
  answer_of (t, NO_ROLL);
}

static void
answer_invalid (Terminal *t)
{
  answer_as (t, TABELLA_ANSWER_NUMBER_INVALID, FALSE);
}

static void
some_ticket (Terminal *t)
{
  static const guint8 ticket[TABELLA_TICKET_SHORT] = { 1, 22, 83, 104, 225, 66, 7, 188, 39, 250 };

  tabella_kiosk_set_ticket (t->kiosk, ticket);
}

static void
text_as_qr (Terminal *t)
{
  tabella_kiosk_set_qr (t->kiosk, t->text);
}

static void
second_contest (Terminal *t)
{
  tabella_kiosk_set_place (t->kiosk, 1);
}

static void
last_from_review (Terminal *t)
{
  tabella_kiosk_set_place (t->kiosk,
                           tabella_session_n_contests (tabella_station_session (t->station)) - 1);
  tabella_kiosk_set_from_review (t->kiosk, TRUE);
}

static void
be_uncertain (Terminal *t)
{
  tabella_kiosk_set_uncertain (t->kiosk, TRUE);
}

/* Depth first; the first of @type of which @wanted (may be NULL) is true. */
typedef struct {
  GType type;
  gboolean (*wanted) (GtkWidget *widget);
  GtkWidget *found;
} Search;

static void
search (GtkWidget *widget, gpointer data)
{
  Search *s = data;

  if (s->found != NULL || !gtk_widget_get_mapped (widget))
    return;
  if (g_type_is_a (G_OBJECT_TYPE (widget), s->type) && (s->wanted == NULL || s->wanted (widget)))
    s->found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), search, s);
}

static void
type_something (Terminal *t)
{
  Search s = { .type = GTK_TYPE_ENTRY };

  search (t->window, &s);
  g_assert_nonnull (s.found);
  gtk_entry_set_text (GTK_ENTRY (s.found), "A1234567");
}

static gboolean
is_unchosen (GtkWidget *widget)
{
  return has_class (widget, "card") && !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (widget));
}

static gboolean
is_more (GtkWidget *widget)
{
  return has_class (widget, "more");
}

/* On the first page that has an option. */
static void
choose_one_too_many (Terminal *t)
{
  Search s = { .type = GTK_TYPE_TOGGLE_BUTTON, .wanted = is_unchosen };

  for (search (t->window, &s); s.found == NULL; search (t->window, &s)) {
    Search more = { .type = GTK_TYPE_BUTTON, .wanted = is_more };

    search (t->window, &more);
    g_assert_nonnull (more.found);
    gtk_button_clicked (GTK_BUTTON (more.found));
    settle (t->window);
  }
  gtk_button_clicked (GTK_BUTTON (s.found));
  g_assert_nonnull (tabella_kiosk_get_notice (t->kiosk));
}

static void
with_sound (Terminal *t)
{
  TabellaComfort comfort = *tabella_kiosk_comfort (t->kiosk);

  comfort.sound = TRUE;
  tabella_kiosk_set_comfort (t->kiosk, &comfort);
}

static void
say_something_long (Terminal *t)
{
  tabella_kiosk_notice (t->kiosk, "The stick cannot be written: it is full, write-protected or "
                                  "broken. Try another one.");
}

/* About this very terminal, with words that need several pages. */
static void
offer_amendment (Terminal *t)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_amendment_free);
  TabellaAmendment *a = g_new0 (TabellaAmendment, 1);
  const GPtrArray *languages = tabella_station_manifest (t->station)->election->languages;

  a->number = 12;
  a->kind = TABELLA_AMEND_ENDED;
  a->target = tabella_station_terminal (t->station)->index;
  a->value = 3;
  a->text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < languages->len; i++) {
    GString *words = g_string_new (NULL);

    for (guint n = 0; n < 30; n++)
      g_string_append (words, "The seal of this tablet was broken. ");
    g_hash_table_insert (a->text, g_strdup (languages->pdata[i]), g_string_free (words, FALSE));
  }
  g_ptr_array_add (list, a);
  tabella_kiosk_offer (t->kiosk, list);
}

/* Whole, and of another election. */
static void
type_code (Terminal *t)
{
  tabella_kiosk_forget_code (t->kiosk);
  for (guint i = 1; i < TABELLA_CODE_GROUPS; i++)
    tabella_typed_code_put (tabella_kiosk_code (t->kiosk), i,
                            i < TABELLA_CODE_GROUPS - 1 ? "WMQZ" : "AA");
}

#define S(name)  TABELLA_SCREEN_##name
#define NONE     TABELLA_N_SCREENS
#define ALL      TABELLA_FOR_ALL
#define CHECKIN  (TABELLA_FOR_COMBINED | TABELLA_FOR_DESK)
#define VOTING   (TABELLA_FOR_COMBINED | TABELLA_FOR_BOOTH)
#define COMBINED TABELLA_FOR_COMBINED
#define DESK     TABELLA_FOR_DESK
#define BOOTH    TABELLA_FOR_BOOTH

const Scene scenes[] = {
  /* setting up */
  { "new", S (NEW), NONE, ALL, STAGE_NEW },
  { "setup-code-shown", S (ENROLLED), NONE, ALL, STAGE_ENROLLED, show_setup_code },
  { "enrolled", S (ENROLLED), NONE, ALL, STAGE_ENROLLED },
  { "enrol-write", S (ENROL_WRITE), NONE, ALL, STAGE_ENROLLED, show_setup_code },
  { "enrol-written", S (ENROL_WRITE), NONE, COMBINED, STAGE_ENROLLED, stick_ready, stick_ends },
  { "package", S (PACKAGE), NONE, ALL, STAGE_ENROLLED },
  { "stick-several", S (PACKAGE), NONE, COMBINED, STAGE_ENROLLED, stick_several },
  { "stick-foreign", S (PACKAGE), NONE, COMBINED, STAGE_ENROLLED, stick_foreign, stick_ends },
  { "stick-unreadable", S (PACKAGE), NONE, COMBINED, STAGE_ENROLLED, stick_unreadable },
  { "stick-refused", S (PACKAGE), NONE, COMBINED, STAGE_ENROLLED, stick_refused, stick_ends },
  { "stick-stuck", S (PACKAGE), NONE, COMBINED, STAGE_ENROLLED, stick_stuck, stick_ends },
  { "stick-nobody", S (PACKAGE), NONE, COMBINED, STAGE_ENROLLED, stick_nobody },
  { "stick-protected", S (ENROL_WRITE), NONE, COMBINED, STAGE_ENROLLED, stick_protected },
  { "install", S (INSTALL), NONE, ALL, STAGE_ENROLLED, find_package },
  { "setup-code", S (SETUP_CODE), NONE, ALL, STAGE_INSTALLED, NULL, type_something },
  { "passphrases", S (PASSPHRASES), NONE, ALL, STAGE_INSTALLED, one_passphrase, type_something },
  { "choose-pin", S (CHOOSE_PIN), NONE, ALL, STAGE_INSTALLED },
  { "locked", S (LOCKED), NONE, ALL, STAGE_OPEN },
  { "self-test", S (SELF_TEST), NONE, ALL, STAGE_READY },
  { "zero-report", S (ZERO_REPORT), NONE, ALL, STAGE_READY },
  /* the poll */
  { "officer", S (OFFICER), NONE, ALL, STAGE_OPEN },
  { "officer-typed", S (OFFICER), NONE, CHECKIN, STAGE_OPEN, NULL, type_something },
  { "officer-notice", S (OFFICER), NONE, ALL, STAGE_OPEN, NULL, say_something_long },
  { "answer-on-roll", S (ANSWER), NONE, CHECKIN, STAGE_OPEN, answer_on_roll },
  { "answer-already", S (ANSWER), NONE, CHECKIN, STAGE_OPEN, answer_already },
  { "answer-left", S (ANSWER), NONE, COMBINED, STAGE_OPEN, answer_left },
  { "answer-lane", S (ANSWER), NONE, DESK, STAGE_OPEN, answer_lane },
  { "answer-elsewhere", S (ANSWER), NONE, CHECKIN, STAGE_OPEN, answer_elsewhere },
  { "answer-not-on-roll", S (ANSWER), NONE, CHECKIN, STAGE_OPEN, answer_not_on_roll },
  { "answer-invalid", S (ANSWER), NONE, CHECKIN, STAGE_OPEN, answer_invalid },
  { "answer-provisional-done", S (ANSWER), NONE, CHECKIN, STAGE_OPEN, answer_done },
  { "ticket", S (TICKET), NONE, DESK, STAGE_OPEN, some_ticket },
  { "handover", S (HANDOVER), NONE, COMBINED, STAGE_OPEN, some_ticket },
  { "paused", S (PAUSED), NONE, ALL, STAGE_PAUSED },
  { "amendments", S (AMENDMENTS), S (PAUSED), ALL, STAGE_PAUSED },
  { "amendment-stick", S (AMENDMENT_STICK), S (PAUSED), ALL, STAGE_PAUSED },
  { "amendment-code", S (AMENDMENT_CODE), S (PAUSED), ALL, STAGE_PAUSED, type_code },
  { "amendment", S (AMENDMENT), S (PAUSED), ALL, STAGE_PAUSED, offer_amendment },
  { "stopped", S (STOPPED), NONE, ALL, STAGE_PAUSED },
  { "evening", S (EVENING), NONE, ALL, STAGE_EVENING },
  { "morning", S (MORNING), NONE, ALL, STAGE_EVENING },
  { "account", S (ACCOUNT), NONE, ALL, STAGE_OPEN },
  { "safety-copy", S (SAFETY_COPY), S (OFFICER), ALL, STAGE_OPEN },
  { "stick-ready", S (SAFETY_COPY), S (OFFICER), COMBINED, STAGE_OPEN, stick_ready },
  { "close-count", S (CLOSE_COUNT), S (OFFICER), ALL, STAGE_OPEN },
  { "close-balance", S (CLOSE_BALANCE), S (OFFICER), ALL, STAGE_OPEN },
  { "close-confirm", S (CLOSE_CONFIRM), S (OFFICER), ALL, STAGE_OPEN },
  { "close-export", S (CLOSE_EXPORT), NONE, ALL, STAGE_CLOSED },
  { "closed", S (CLOSED), NONE, ALL, STAGE_CLOSED },
  { "closing-report", S (CLOSING_REPORT), NONE, ALL, STAGE_CLOSED },
  { "leave-practice", S (LEAVE_PRACTICE), NONE, ALL, STAGE_CLOSED },
  { "retire", S (RETIRE), NONE, ALL, STAGE_CLOSED },
  { "retire-pin", S (RETIRE_PIN), NONE, ALL, STAGE_CLOSED },
  { "retired", S (RETIRED), NONE, ALL, STAGE_CLOSED },
  { "voter-left", S (VOTER_LEFT), S (CONTEST), VOTING, STAGE_BEGUN },
  /* the voter; officers come and go */
  { "booth-wait", S (BOOTH_WAIT), NONE, BOOTH, STAGE_OPEN },
  { "booth-wait-typed", S (BOOTH_WAIT), NONE, BOOTH, STAGE_OPEN, NULL, type_something },
  { "officer-pin", S (OFFICER_PIN), S (CONTEST), VOTING, STAGE_BEGUN },
  { "officer-pin-alone", S (OFFICER_PIN), S (IDLE_ALERT), VOTING, STAGE_BEGUN },
  { "language", S (LANGUAGE), NONE, VOTING, STAGE_BEGUN },
  { "contest", S (CONTEST), NONE, VOTING, STAGE_BEGUN },
  { "contest-chosen", S (CONTEST), NONE, VOTING, STAGE_CHOSEN, .first_page_only = TRUE },
  { "contest-one-too-many", S (CONTEST), NONE, VOTING, STAGE_CHOSEN, NULL, choose_one_too_many,
    TRUE },
  { "contest-second", S (CONTEST), NONE, VOTING, STAGE_BEGUN, second_contest,
    .first_page_only = TRUE },
  { "contest-from-review", S (CONTEST), NONE, VOTING, STAGE_CHOSEN, last_from_review,
    .first_page_only = TRUE },
  { "review", S (REVIEW), NONE, VOTING, STAGE_CHOSEN },
  { "review-incomplete", S (REVIEW), NONE, VOTING, STAGE_INCOMPLETE },
  { "code", S (CODE), NONE, VOTING, STAGE_CODE },
  { "challenged", S (CHALLENGED), NONE, VOTING, STAGE_CHALLENGED, text_as_qr },
  { "done", S (DONE), NONE, VOTING, STAGE_DONE, text_as_qr },
  { "idle-alert", S (IDLE_ALERT), S (CONTEST), VOTING, STAGE_BEGUN },
  { "comfort", S (COMFORT), S (CONTEST), VOTING, STAGE_BEGUN },
  { "comfort-with-sound", S (COMFORT), S (CONTEST), VOTING, STAGE_BEGUN, with_sound },
  { "fault", S (FAULT), NONE, VOTING, STAGE_CODE },
  { "fault-uncertain", S (FAULT), NONE, VOTING, STAGE_CODE, be_uncertain },
};
const guint n_scenes = G_N_ELEMENTS (scenes);

GPtrArray *
scenes_missing (void)
{
  GPtrArray *missing = g_ptr_array_new_with_free_func (g_free);
  guint wanted[TABELLA_N_SCREENS] = { 0 };

  for (guint i = 0; i < tabella_flow_n_edges; i++) {
    const TabellaEdge *e = &tabella_flow_edges[i];

    wanted[e->from] |= e->roles;
    wanted[e->to] |= e->roles;
  }
  for (guint i = 0; i < n_scenes; i++)
    wanted[scenes[i].screen] &= ~scenes[i].roles;
  for (guint i = 0; i < TABELLA_N_SCREENS; i++)
    if (wanted[i] != 0)
      g_ptr_array_add (missing, g_strdup_printf ("screen %u of flow.h, roles %u: add a line to "
                                                 "tests/gallery/scenes.c",
                                                 i, wanted[i]));
  return missing;
}
