/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written: whole, and as large as it must be. */
#include "gallery.h"

/* VVSG 2.0's four ranges of the capitals' height, mm. */
static const struct {
  double least, most;
} capitals[TABELLA_N_SIZES] = { { 3.5, 4.2 }, { 4.8, 5.6 }, { 6.4, 7.1 }, { 8.5, 9.0 } };

/* Words that do not follow the voter's size; everything else does. */
static const struct {
  const char *class;
  double least, most;
  const char *why;
} exceptions[] = {
  { "bottom-bar", 3.5, 5.6, "its buttons stay beside each other, within reach of a thumb" },
  { "practice-band", 3.5, 4.2, "for officers and trainers; an election that counts has none" },
  { "more", 3.5, 5.6, "turns pages, beside the title" },
  { "previous", 3.5, 5.6, "turns pages, beside the title" },
  { "name", 4.8, 12, "a name is compared letter by letter with the one on an ID" },
};

/* A capital as this font draws it, in mm. */
static double
capital_of (PangoContext *context, const PangoFontDescription *font, int dpi)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  PangoRectangle ink;

  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, "H", 1);
  pango_layout_get_extents (layout, &ink, NULL);
  return (double)ink.height / PANGO_SCALE * 25.4 / dpi;
}

static void
check_capitals (Audit *a, const Part *p, PangoLayout *layout)
{
  const Shot *s = a->shot;
  PangoContext *context = pango_layout_get_context (layout);
  const PangoFontDescription *font = pango_layout_get_font_description (layout);
  double height = capital_of (context,
                              font != NULL ? font : pango_context_get_font_description (context),
                              s->panel->dpi),
         slack = 0.5 * 25.4 / s->panel->dpi, least, most;
  gboolean voter = tabella_flow_is_voter_screen (s->scene->screen) &&
                   s->scene->screen != TABELLA_SCREEN_BOOTH_WAIT;

  TabellaSize size = voter ? s->size : TABELLA_SIZE_NORMAL;

  least = capitals[size].least;
  most = has_class (p->widget, "title") || has_class (p->widget, "big") ? capitals[3].most
                                                                        : capitals[size].most;
  if (!voter) {
    least = capitals[0].least;
    most = capitals[3].most;
  }
  /* what would be taller than a page has the next smaller size, or the one after */
  if (within_class (p->widget, "tight")) {
    most = least;
    least = capitals[MAX (size, 2) - 2].least;
  }
  for (guint i = 0; i < G_N_ELEMENTS (exceptions); i++)
    if (within_class (p->widget, exceptions[i].class)) {
      least = exceptions[i].least;
      most = exceptions[i].most;
    }
  if (height < least - slack || height > most + slack)
    audit_problem (a, "“%s” has capitals of %.2f mm, not %.1f to %.1f", p->brief, height, least,
                   most);
}

/* The room a label has, and that it uses no more. */
static void
check_whole (Audit *a, const Part *p, PangoLayout *layout)
{
  PangoRectangle logical;
  int width = gtk_widget_get_allocated_width (p->widget),
      height = gtk_widget_get_allocated_height (p->widget);

  pango_layout_get_pixel_extents (layout, NULL, &logical);
  if (pango_layout_is_ellipsized (layout))
    audit_problem (a, "“%s” is ellipsised", p->words);
  if (logical.width > width + 1 || logical.height > height + 1)
    audit_problem (a, "“%s” needs %d × %d and has %d × %d", p->brief, logical.width, logical.height,
                   width, height);
  if (p->control != NULL) {
    GdkRectangle box = border_box (p->control, a->window);

    if (p->box.x < box.x || p->box.y < box.y || p->box.x + p->box.width > box.x + box.width ||
        p->box.y + p->box.height > box.y + box.height)
      audit_problem (a, "“%s” goes beyond its control", p->words);
  }
}

void
audit_words (Audit *a, GArray *parts)
{
  for (guint i = 0; i < parts->len; i++) {
    const Part *p = &g_array_index (parts, Part, i);

    if (p->kind == PART_LABEL) {
      PangoLayout *layout = gtk_label_get_layout (GTK_LABEL (p->widget));

      check_whole (a, p, layout);
      check_capitals (a, p, layout);
    } else if (GTK_IS_ENTRY (p->widget)) {
      check_capitals (a, p, gtk_entry_get_layout (GTK_ENTRY (p->widget)));
    }
  }
}
