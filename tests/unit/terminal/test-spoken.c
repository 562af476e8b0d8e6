/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of widgets, in an election's kiosk but without a screen of it. */
#include "card.h"
#include "language.h"
#include "qr-view.h"
#include "screen.h"
#include "secret.h"
#include "spelling.h"
#include "spoken.h"
#include "typeset.h"

typedef struct {
  char *folder;
  TabellaStation *station;
  TabellaKiosk *kiosk;
  GPtrArray *list;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  const TabellaHardware none = { 0 };
  GError *error = NULL;

  f->folder = g_dir_make_tmp ("tabella-spoken-XXXXXX", &error);
  g_assert_no_error (error);
  f->station = tabella_station_open (f->folder, &error);
  g_assert_no_error (error);
  f->kiosk = tabella_kiosk_new (f->station, &none, NULL);
  f->list = tabella_spoken_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "rm", "-rf", f->folder, NULL };

  g_ptr_array_unref (f->list);
  g_object_unref (f->kiosk);
  tabella_station_free (f->station);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (f->folder);
}

/* All utterances as "LANGUAGE: TEXT" lines. */
static void
expect (Fixture *f, const char *lines)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < f->list->len; i++) {
    const TabellaUtterance *u = f->list->pdata[i];

    g_string_append_printf (all, "%s: %s\n", u->language, u->text);
  }
  g_assert_cmpstr (all->str, ==, lines);
}

static void
test_spelling (void)
{
  static const struct {
    const char *code, *said;
  } cases[] = {
    { "", "" },
    { "A", "A, Alfa" },
    { "7", "7" },
    { "ab", "A, Alfa; B, Bravo" },
    { "A1-Z9", "A, Alfa; 1. Z, Zulu; 9" },
    { "-A--B-", "A, Alfa. B, Bravo." },
    { "O", "O" },
  };
  const char *const signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *said = tabella_spell (cases[i].code);

    g_assert_cmpstr (said, ==, cases[i].said);
  }
  for (const char *p = signs; *p != '\0'; p++) {
    const char code[] = { *p, '\0' };
    g_autofree char *said = tabella_spell (code);

    g_assert_cmpint (said[0], ==, *p);
    g_assert_cmpint (strlen (said) > 1, ==, g_ascii_isalpha (*p) != 0);
    if (strlen (said) > 1)
      g_assert_cmpint (said[3], ==, *p); /* a word that begins with the letter */
  }
}

/* One utterance a language, each part a sentence. */
static void
test_joining (Fixture *f, gconstpointer data)
{
  tabella_spoken_add (f->list, f->kiosk, "One", NULL);
  tabella_spoken_add (f->list, f->kiosk, "Two?", "en");
  tabella_spoken_add (f->list, f->kiosk, "", NULL);
  tabella_spoken_add (f->list, f->kiosk, NULL, NULL);
  tabella_spoken_add (f->list, f->kiosk, "三。", "zh_HK");
  tabella_spoken_add (f->list, f->kiosk, "Four", NULL);
  expect (f, "en: One. Two?\nzh_HK: 三。\nen: Four.\n");
}

static GtkWidget *
box_of (GtkWidget *first, GtkWidget *second)
{
  GtkWidget *box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));

  gtk_container_add (GTK_CONTAINER (box), first);
  gtk_container_add (GTK_CONTAINER (box), second);
  gtk_widget_show_all (box);
  return box;
}

/* Words and pictures in order; no marks, no controls, nothing hidden; codes spelt. */
static void
test_screen (Fixture *f, gconstpointer data)
{
  GtkWidget *title = tabella_label_new ("Title", "title"), *own = tabella_label_new ("題", "lead");
  GtkWidget *code = tabella_label_new ("A1-B", "code"), *mark = tabella_label_new ("○", "mark");
  GtkWidget *button = gtk_button_new_with_label ("Button"), *hidden = gtk_label_new ("Hidden");
  GtkWidget *qr = g_object_new (TABELLA_TYPE_QR_VIEW, NULL);
  g_autoptr (GtkWidget) words = box_of (title, own), more = box_of (code, mark);
  g_autoptr (GtkWidget) rest = box_of (button, hidden), all = box_of (words, more);

  gtk_container_add (GTK_CONTAINER (all), rest);
  gtk_container_add (GTK_CONTAINER (all), qr);
  gtk_widget_show_all (all);
  gtk_widget_hide (hidden);
  tabella_typeset_language (own, "zh_HK");
  atk_object_set_name (gtk_widget_get_accessible (qr), "QR code of something");
  tabella_spoken_screen (f->list, f->kiosk, all);
  expect (f, "en: Title.\nzh_HK: 題.\nen: A, Alfa; 1. B, Bravo. QR code of something.\n");
}

static void
test_choice (Fixture *f, gconstpointer data)
{
  GtkWidget *one = tabella_card_new ("One", NULL), *two = tabella_card_new ("二", "zh_HK");
  g_autoptr (GtkWidget) box = box_of (one, two);

  tabella_card_set_chosen (two, TRUE);
  tabella_spoken_control (f->list, f->kiosk, one);
  tabella_spoken_control (f->list, f->kiosk, two);
  expect (f, "en: One. 1 of 2. Not chosen.\nzh_HK: 二.\nen: 2 of 2. Chosen.\n");
  g_ptr_array_set_size (f->list, 0);
  tabella_spoken_state (f->list, f->kiosk, two);
  expect (f, "en: Chosen.\n");
}

static void
test_button (Fixture *f, gconstpointer data)
{
  GtkWidget *button = gtk_button_new_with_label ("Slower");
  GtkWidget *label = gtk_label_new ("Speech rate: 1 of 5");
  g_autoptr (GtkWidget) box = box_of (label, button);
  AtkObject *accessible = gtk_widget_get_accessible (button);

  atk_object_set_description (accessible, "First line\nsecond line");
  atk_object_add_relationship (accessible, ATK_RELATION_LABELLED_BY,
                               gtk_widget_get_accessible (label));
  tabella_spoken_control (f->list, f->kiosk, button);
  expect (f, "en: Speech rate: 1 of 5. Slower. Button. First line. second line.\n");
}

static void
test_entry (Fixture *f, gconstpointer data)
{
  GtkWidget *entry = gtk_entry_new ();
  g_autoptr (GtkWidget) box = box_of (gtk_label_new (NULL), entry);

  atk_object_set_name (gtk_widget_get_accessible (entry), "Ticket");
  gtk_entry_set_text (GTK_ENTRY (entry), "A2");
  tabella_spoken_control (f->list, f->kiosk, entry);
  expect (f, "en: Ticket. Type here. A, Alfa; 2.\n");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  tabella_language_init ("/nonexistent");
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spoken/spelling", test_spelling);
  g_test_add ("/spoken/joining", Fixture, NULL, set_up, test_joining, tear_down);
  g_test_add ("/spoken/screen", Fixture, NULL, set_up, test_screen, tear_down);
  g_test_add ("/spoken/choice", Fixture, NULL, set_up, test_choice, tear_down);
  g_test_add ("/spoken/button", Fixture, NULL, set_up, test_button, tear_down);
  g_test_add ("/spoken/entry", Fixture, NULL, set_up, test_entry, tear_down);
  return g_test_run ();
}
