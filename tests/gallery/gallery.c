/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gallery [--long] [--only SCENE] PANEL FOLDER: shows and audits every screen of the flow on a
 * panel (WIDTHxHEIGHT) and keeps the pictures. TAP: one test a scene and combination; daily a
 * subset in which each pair of values of size, contrast, language, panel, election and role occurs.
 */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include "fake-sticks.h"
#include "gallery.h"
#include "language.h"
#include "secret.h"
#include "terminal.h"

const Panel panels[] = {
  { "1280x800", 1280, 800, 149 },
  { "1080x1920", 1080, 1920, 141 },
  { "1024x768", 1024, 768, 132 },
};
const guint n_panels = G_N_ELEMENTS (panels);
const char *const election_names[] = { "referendum", "long" };
const char *const size_names[] = { "small", "normal", "large", "largest" };
const char *const contrast_names[] = { "normal", "black-on-white", "white-on-black", "low" };

#define MOST_PAGES 120

typedef struct {
  World *world;
  const Panel *panel;
  const char *folder;
  char *only;
  gboolean whole; /* the full product */
  GPtrArray *languages;
  GtkWidget *shown;
  GHashTable *focus_seen;
  guint n, failed;
} Gallery;

void
audit_problem (Audit *a, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (a->problems, g_strdup_vprintf (format, args));
  va_end (args);
}

static const char *
role_name (guint role)
{
  return role == TABELLA_FOR_COMBINED ? "combined" : role == TABELLA_FOR_DESK ? "desk" : "booth";
}

/* Showing */

static void
on_painted (GdkFrameClock *clock, guint *n)
{
  (*n)++;
}

static void
sum_up (GtkWidget *widget, gpointer data)
{
  guint *sum = data;
  GtkAllocation at;

  if (!gtk_widget_get_mapped (widget))
    return;
  gtk_widget_get_allocation (widget, &at);
  *sum = *sum * 31 + (guint)at.x;
  *sum = *sum * 31 + (guint)at.y;
  *sum = *sum * 31 + (guint)(at.width * 4096 + at.height);
  if (GTK_IS_LABEL (widget))
    *sum = *sum * 31 + g_str_hash (gtk_label_get_text (GTK_LABEL (widget)));
  if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), sum_up, data);
}

void
settle (GtkWidget *window)
{
  guint painted = 0, before = 0, sum = 1;
  GdkFrameClock *clock;
  gulong id;

  while (gtk_events_pending ())
    gtk_main_iteration ();
  clock = gtk_widget_get_frame_clock (window);
  id = g_signal_connect (clock, "after-paint", G_CALLBACK (on_painted), &painted);
  for (guint i = 0; sum != before; i++) {
    guint until = painted + 1;

    g_assert_cmpuint (i, <, 50);
    gtk_widget_queue_draw (window);
    while (painted < until)
      gtk_main_iteration ();
    while (gtk_events_pending ())
      gtk_main_iteration ();
    before = sum;
    sum = 17;
    sum_up (window, &sum);
  }
  g_signal_handler_disconnect (clock, id);
}

static void
forget (TabellaKiosk *k)
{
  tabella_kiosk_forget_secrets (k);
  tabella_kiosk_take_answer (k, NULL);
  tabella_kiosk_take_package (k, NULL);
  tabella_kiosk_set_ticket (k, NULL);
  tabella_kiosk_set_qr (k, NULL);
  tabella_kiosk_set_uncertain (k, FALSE);
  tabella_kiosk_set_from_review (k, FALSE);
  tabella_kiosk_set_place (k, 0);
  tabella_kiosk_notice (k, NULL);
  tabella_kiosk_drop_stick (k);
}

/* The terminal stands at the scene, in a window on the display. */
static Terminal *
stage_scene (Gallery *g, const Shot *s)
{
  Terminal *t = world_terminal (g->world, s->election, s->role, s->scene->stage);
  TabellaKiosk *k = t->kiosk;
  TabellaComfort comfort;

  if (g->shown != NULL && g->shown != t->window)
    gtk_widget_hide (g->shown);
  g->shown = t->window;
  tabella_language_switch (s->language);
  tabella_flow_init (&k->flow, s->role, s->scene->screen);
  k->flow.origin = s->scene->origin;
  forget (k);
  tabella_kiosk_set_language (k, s->language);
  tabella_comfort_reset (&comfort);
  comfort.contrast = s->contrast;
  comfort.size = s->size;
  tabella_kiosk_set_comfort (k, &comfort);
  fake_sticks_reset (FAKE_STICKS (t->sticks));
  if (s->scene->prepare != NULL)
    s->scene->prepare (t);
  comfort = *tabella_kiosk_comfort (k);
  tabella_kiosk_set_comfort (k, &comfort); /* and with it the screen is built again */
  if (!gtk_widget_get_visible (t->window)) {
    gtk_widget_show (t->window);
    settle (t->window);
    /* no window manager gives it the focus */
    gdk_window_focus (gtk_widget_get_window (t->window), GDK_CURRENT_TIME);
    while (!gtk_window_has_toplevel_focus (GTK_WINDOW (t->window)))
      gtk_main_iteration ();
  }
  settle (t->window);
  if (s->scene->act != NULL) {
    s->scene->act (t);
    settle (t->window);
  }
  return t;
}

/* Pages */

static void
find_more (GtkWidget *widget, gpointer data)
{
  GtkWidget **found = data;

  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_BUTTON (widget) && has_class (widget, "more"))
    *found = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), find_more, data);
}

static GtkWidget *
more_button (GtkWidget *window)
{
  GtkWidget *found = NULL;

  find_more (window, &found);
  return found;
}

/* The names of the cards on a page, in order; of one that goes on, once. */
static void
add_cards (GArray *parts, GPtrArray *seen)
{
  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);

    if (p->kind == PART_CONTROL && has_class (p->widget, "card") &&
        (seen->len == 0 || strcmp (seen->pdata[seen->len - 1], p->words) != 0))
      g_ptr_array_add (seen, g_strdup (p->words));
  }
}

/* Every option whole exactly once, in the election's order. */
static void
check_options (Audit *a, TabellaKiosk *k, GPtrArray *seen)
{
  TabellaSession *session = tabella_station_session (tabella_kiosk_station (k));
  const TabellaContest *c;

  if (a->shot->scene->screen == TABELLA_SCREEN_REVIEW &&
      seen->len != tabella_session_n_contests (session))
    audit_problem (a, "the review has %u cards, not %u", seen->len,
                   tabella_session_n_contests (session));
  if (a->shot->scene->screen != TABELLA_SCREEN_CONTEST || seen->len == 0)
    return;
  c = tabella_session_contest (session, tabella_kiosk_place (k));
  if (seen->len != c->options->len)
    audit_problem (a, "%u options are on its pages, not %u", seen->len, c->options->len);
  for (guint i = 0; i < MIN (seen->len, c->options->len); i++)
    if (strcmp (seen->pdata[i],
                tabella_kiosk_text (k, ((TabellaOption *)c->options->pdata[i])->text)) != 0)
      audit_problem (a, "option %u is “%s”", i + 1, (char *)seen->pdata[i]);
}

/* Keeping */

static char *
shot_name (const Shot *s)
{
  return g_strdup_printf ("%s-%s-%s-%s-%s-%s", s->scene->name, role_name (s->role),
                          election_names[s->election], size_names[s->size],
                          contrast_names[s->contrast], s->language);
}

static void
keep (Gallery *g, Audit *a)
{
  g_autofree char *name = shot_name (a->shot),
                  *file = g_strdup_printf ("%s/%s-%u.png", g->folder, name, a->shot->page);
  GError *error = NULL;

  gdk_pixbuf_save (a->pixels, file, "png", &error, "compression", "1", NULL);
  g_assert_no_error (error);
}

/* Auditing */

static void
audit_page (Gallery *g, Audit *a, GPtrArray *seen)
{
  g_autoptr (GArray) parts = parts_of (a->window);
  GdkWindow *window = gtk_widget_get_window (a->window);

  g_set_object (&a->pixels, NULL);
  a->pixels = gdk_pixbuf_get_from_window (window, 0, 0, gdk_window_get_width (window),
                                          gdk_window_get_height (window));
  if (gdk_pixbuf_get_width (a->pixels) != g->panel->width ||
      gdk_pixbuf_get_height (a->pixels) != g->panel->height)
    audit_problem (a, "the window has %d × %d pixels", gdk_pixbuf_get_width (a->pixels),
                   gdk_pixbuf_get_height (a->pixels));
  audit_controls (a, parts);
  audit_words (a, parts);
  audit_contrast (a, parts);
  audit_chosen (a, parts);
  add_cards (parts, seen);
  keep (g, a);
  if (a->shot->page == 1)
    audit_focus (a, parts);
}

static void
audit_pages (Gallery *g, Audit *a, Shot *s, TabellaKiosk *k)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *first = NULL;
  GtkWidget *more = more_button (a->window);

  first = more != NULL ? g_strdup (gtk_button_get_label (GTK_BUTTON (more))) : NULL;
  do {
    audit_page (g, a, seen);
    more = more_button (a->window);
    if (more == NULL || s->scene->first_page_only)
      break;
    gtk_button_clicked (GTK_BUTTON (more));
    settle (a->window);
    if (++s->page > MOST_PAGES) {
      audit_problem (a, "there is no end of pages");
      break;
    }
    more = more_button (a->window);
  } while (more != NULL && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (more)), first) != 0);
  if (!s->scene->first_page_only)
    check_options (a, k, seen);
}

static void
report (Gallery *g, const Audit *a)
{
  g_autofree char *name = shot_name (a->shot);
  g_autoptr (GHashTable) said = g_hash_table_new (g_str_hash, g_str_equal);

  g_print ("%s %u - %s %s\n", a->problems->len == 0 ? "ok" : "not ok", ++g->n, g->panel->name,
           name);
  g->failed += a->problems->len > 0 ? 1 : 0;
  for (guint i = 0; i < a->problems->len; i++)
    if (g_hash_table_add (said, a->problems->pdata[i]))
      g_print ("# %s\n", (char *)a->problems->pdata[i]);
}

static void
shoot (Gallery *g, Shot s)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  Audit a = { .shot = &s, .problems = problems, .focus_seen = g->focus_seen };
  Terminal *t;

  if (g->only != NULL && strstr (s.scene->name, g->only) == NULL)
    return;
  s.panel = g->panel;
  s.page = 1;
  t = stage_scene (g, &s);
  a.window = t->window;
  audit_pages (g, &a, &s, t->kiosk);
  report (g, &a);
  g_clear_object (&a.pixels);
}

/* Combinations */

static gboolean
is_voters (const Scene *scene)
{
  return tabella_flow_is_voter_screen (scene->screen);
}

static void
shoot_all (Gallery *g, Shot s, gboolean voters)
{
  for (guint i = 0; i < n_scenes; i++)
    if (is_voters (&scenes[i]) == voters && (scenes[i].roles & s.role) != 0 &&
        (scenes[i].stage != STAGE_NEW || s.role == TABELLA_FOR_COMBINED)) {
      s.scene = &scenes[i];
      shoot (g, s);
    }
}

/* All combinations as pairwise() would give them, the last factor fastest. */
static GPtrArray *
product (const guint *sizes, guint n)
{
  GPtrArray *cases = g_ptr_array_new_with_free_func (g_free);
  guint all = 1;

  for (guint f = 0; f < n; f++)
    all *= sizes[f];
  for (guint i = 0; i < all; i++) {
    guint *c = g_new0 (guint, n), rest = i;

    for (guint f = n; f-- > 0; rest /= sizes[f])
      c[f] = rest % sizes[f];
    g_ptr_array_add (cases, c);
  }
  return cases;
}

/* Factors: panel, election, language, role; for voters also size and contrast. */
static void
shoot_cases (Gallery *g, gboolean voters)
{
  static const guint roles[2][3] = {
    { TABELLA_FOR_COMBINED, TABELLA_FOR_DESK, TABELLA_FOR_BOOTH },
    { TABELLA_FOR_COMBINED, TABELLA_FOR_BOOTH },
  };
  const guint sizes[] = { n_panels,       N_ELECTIONS,     g->languages->len,
                          voters ? 2 : 3, TABELLA_N_SIZES, TABELLA_N_CONTRASTS };
  guint n = voters ? 6 : 4;
  g_autoptr (GPtrArray) cases = g->whole ? product (sizes, n) : pairwise (sizes, n);

  for (guint i = 0; i < cases->len; i++) {
    const guint *c = cases->pdata[i];
    Shot s = { .election = (Election)c[1],
               .language = g->languages->pdata[c[2]],
               .role = roles[voters][c[3]],
               .size = voters ? (TabellaSize)c[4] : TABELLA_SIZE_NORMAL,
               .contrast = voters ? (TabellaContrast)c[5] : TABELLA_CONTRAST_NORMAL };

    if (&panels[c[0]] == g->panel)
      shoot_all (g, s, voters);
  }
}

static void
check_table (Gallery *g)
{
  g_autoptr (GPtrArray) missing = scenes_missing ();

  g_print ("%s %u - every screen of the flow is in the gallery, for each role that has it\n",
           missing->len == 0 ? "ok" : "not ok", ++g->n);
  g->failed += missing->len > 0 ? 1 : 0;
  for (guint i = 0; i < missing->len; i++)
    g_print ("# %s\n", (char *)missing->pdata[i]);
}

static const Panel *
panel_named (const char *name)
{
  for (guint i = 0; i < n_panels; i++)
    if (strcmp (panels[i].name, name) == 0)
      return &panels[i];
  g_error ("%s is none of the panels", name);
}

int
main (int argc, char **argv)
{
  Gallery g = { 0 };
  const GOptionEntry options[] = {
    { "long", 0, 0, G_OPTION_ARG_NONE, &g.whole, "the full product of all factors", NULL },
    { "only", 0, 0, G_OPTION_ARG_STRING, &g.only, "scenes whose name has this in it", "SCENE" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("PANEL FOLDER");
  g_autoptr (GError) error = NULL;

  tabella_crypto_init ();
  tabella_language_init (GALLERY_LOCALES);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 3)
    g_error ("gallery: %s", error != NULL ? error->message : "expected PANEL FOLDER");
  gtk_init (&argc, &argv);
  g.panel = panel_named (argv[1]);
  g.folder = argv[2];
  g_assert_cmpint (g_mkdir_with_parents (g.folder, 0755), ==, 0);
  tabella_terminal_dress (g.panel->dpi);
  g.languages = tabella_language_list (NULL);
  g.world = world_new (g.panel);
  g.focus_seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  check_table (&g);
  shoot_cases (&g, TRUE);
  shoot_cases (&g, FALSE);
  g_print ("1..%u\n", g.n);
  world_free (g.world);
  g_hash_table_unref (g.focus_seen);
  g_ptr_array_unref (g.languages);
  g_free (g.only);
  return g.failed == 0 ? 0 : 1;
}
