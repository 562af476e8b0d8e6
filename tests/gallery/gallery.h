/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant.h"
#include "kiosk-private.h"

/* Every screen in every state of the flow's table, in a real window of the panel's size, audited as
 * it is laid out and drawn. A picture is one scene in one combination of the factors. */

typedef struct {
  const char *name;
  int width, height, dpi;
} Panel;
extern const Panel panels[];
extern const guint n_panels;

typedef enum { ELECTION_REFERENDUM, ELECTION_LONG, N_ELECTIONS } Election;
extern const char *const election_names[];
extern const char *const size_names[];
extern const char *const contrast_names[];

/* How far a terminal has come when a scene is shown; each later one has been through those before
 * that lead to it. Voters' stages need a combined terminal or a booth. */
typedef enum {
  STAGE_NEW,
  STAGE_ENROLLED,
  STAGE_INSTALLED,
  STAGE_READY,
  STAGE_OPEN,
  STAGE_PAUSED,
  STAGE_EVENING, /* the day has ended, others follow */
  STAGE_CLOSED,
  STAGE_BEGUN,      /* a voter, nothing chosen yet */
  STAGE_INCOMPLETE, /* too few where some must be chosen */
  STAGE_CHOSEN,     /* something, one contest blank where the election says so */
  STAGE_CODE,
  STAGE_CHALLENGED,
  STAGE_DONE,
  N_STAGES
} Stage;

/* A terminal at some stage and its window; belongs to the world. */
typedef struct {
  TabellaStation *station;
  TabellaSpeaker *speaker;
  TabellaSticks *sticks;
  TabellaKiosk *kiosk;
  GtkWidget *window;
  char *setup_code, *enrolment, *text; /* what the stage's last step gave */
  char *stick;
} Terminal;

/* The made-up elections and their terminals, made when they are first asked for. */
typedef struct _World World;
World *world_new (const Panel *panel);
void world_free (World *w);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
Terminal *world_terminal (World *w, Election election, guint role, Stage stage);
/* What the roll says of number @n (as practice_id()). */
TabellaAnswer *world_answer (Terminal *t, guint n);

/* One line a screen and state (scenes.c). */
typedef struct {
  const char *name;
  TabellaScreen screen, origin; /* TABELLA_N_SCREENS: none */
  guint roles;
  Stage stage;
  void (*prepare) (Terminal *t); /* the model, or NULL */
  void (*act) (Terminal *t);     /* on the screen once it stands there, or NULL */
  gboolean first_page_only; /* its other pages are those of another scene */
} Scene;
extern const Scene scenes[];

/* For scenes: a stick like that is in (stick-scenes.c), and what is done with it has ended. */
void stick_ready (Terminal *t);
void stick_several (Terminal *t);
void stick_unreadable (Terminal *t);
void stick_protected (Terminal *t);
void stick_refused (Terminal *t);
void stick_stuck (Terminal *t);
void stick_nobody (Terminal *t);
void stick_foreign (Terminal *t);
void stick_ends (Terminal *t);
extern const guint n_scenes;
/* The screens × roles of the flow's table that no scene shows; empty is good. */
GPtrArray *scenes_missing (void);

typedef struct {
  const Panel *panel;
  const Scene *scene;
  Election election;
  guint role;
  TabellaSize size;
  TabellaContrast contrast;
  const char *language;
  guint page; /* from 1 */
} Shot;

/* Everything that is wrong, in words. */
typedef struct {
  const Shot *shot;
  GtkWidget *window;
  GdkPixbuf *pixels; /* of the window, as shown */
  GPtrArray *problems;
  GHashTable *focus_seen; /* kinds of controls whose focus has been looked at */
} Audit;
void audit_problem (Audit *a, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Until the window has been laid out and drawn twice the same. */
void settle (GtkWidget *window);

/* What is seen on the window: controls (their touch area), labels outside and inside controls, and
 * pictures. */
typedef enum { PART_CONTROL, PART_LABEL, PART_PICTURE } PartKind;
typedef struct {
  PartKind kind;
  GtkWidget *widget;
  GdkRectangle box;   /* in the window: touch area, or what is written */
  GtkWidget *control; /* that a label is in, or NULL */
  const char *words;
  char brief[100]; /* the beginning of the words, for messages */
} Part;
GArray *parts_of (GtkWidget *window);
GdkRectangle border_box (GtkWidget *widget, GtkWidget *window);
gboolean has_class (GtkWidget *widget, const char *class);
/* has_class() of it or of anything it is in. */
gboolean within_class (GtkWidget *widget, const char *class);

void audit_controls (Audit *a, GArray *parts); /* names, roles, sizes, gaps, overlaps */
void audit_words (Audit *a, GArray *parts);    /* nothing cut off; heights of capitals */
void audit_contrast (Audit *a, GArray *parts); /* from the pixels */
void audit_chosen (Audit *a, GArray *parts);   /* the mark's shape, without colour */
void audit_focus (Audit *a, GArray *parts);    /* every control shows it when it has the focus */

/* A deterministic list of cases (arrays of n_factors values) in which each pair of values of any
 * two factors occurs; @sizes: how many values each factor has. */
GPtrArray *pairwise (const guint *sizes, guint n_factors);
