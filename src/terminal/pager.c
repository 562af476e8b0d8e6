/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pager.h"

#include <glib/gi18n.h>

#include "screen.h"
#include "typeset.h"

#define SEEN "tabella-seen" /* a child that was on a page that was shown */

/* Where a child goes. */
typedef struct {
  GtkWidget *child;
  int height;
  guint page;
} Slot;

struct _TabellaPager {
  GtkBox parent_instance;
  GtkWidget *more, *kept; /* kept: the child whose page is shown, maybe none */
  guint page, n_pages, notify;
  gboolean turned;
  GtkWidget *previous;
  GtkWidget *too_tall; /* a child that is taller than a page, or that flows on, until fit() */
  int rest;            /* what it may take of its page */
  guint fit;
  TabellaPagerSplit split;
  gpointer split_data;
};

G_DEFINE_TYPE (TabellaPager, tabella_pager, GTK_TYPE_BOX)

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* All would be natural; a child taller than a page is made to fit. */
static void
get_preferred_height_for_width (GtkWidget *widget, int width, int *minimum, int *natural)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (widget));
  int spacing = gtk_box_get_spacing (GTK_BOX (widget));

  *minimum = *natural = 0;
  for (GList *l = children; l != NULL; l = l->next) {
    int child_nat;

    gtk_widget_get_preferred_height_for_width (l->data, width, NULL, &child_nat);
    *natural += child_nat + (l != children ? spacing : 0);
  }
}

static void
get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  int width;

  gtk_widget_get_preferred_width (widget, NULL, &width);
  get_preferred_height_for_width (widget, width, minimum, natural);
}

static void
show_more (TabellaPager *self)
{
  g_autofree char *name =
                      g_strdup_printf (_ ("More (page %u of %u)"), self->page + 1, self->n_pages),
                  *page = g_strdup_printf (_ ("Page %u of %u"), self->page + 1, self->n_pages),
                  *label = g_strdup_printf ("%s ▼\n%s", _ ("More"), page);

  if (self->more == NULL)
    return;
  gtk_button_set_label (GTK_BUTTON (self->more), label);
  gtk_label_set_justify (GTK_LABEL (gtk_bin_get_child (GTK_BIN (self->more))), GTK_JUSTIFY_CENTER);
  atk_object_set_name (gtk_widget_get_accessible (self->more), name);
  gtk_widget_set_visible (self->more, self->n_pages > 1);
  atk_object_set_name (gtk_widget_get_accessible (self->previous), _ ("Previous page"));
  gtk_widget_set_visible (self->previous, self->n_pages > 1);
  gtk_widget_set_sensitive (self->previous, self->page > 0);
}

static gboolean
on_notify (gpointer data)
{
  TabellaPager *self = data;

  self->notify = 0;
  show_more (self);
  /* Who turns pages by key goes on at the top of the new one. */
  if (self->turned)
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  self->turned = FALSE;
  return G_SOURCE_REMOVE;
}

static gboolean
flows (GtkWidget *child)
{
  return gtk_style_context_has_class (gtk_widget_get_style_context (child), "flow");
}

/* Where the line begins that is the first beyond @height; 0: not even one fits. */
static int
break_of (GtkWidget *label, int width, int height)
{
  const char *text = gtk_label_get_text (GTK_LABEL (label));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (label, text);
  g_autoptr (PangoLayoutIter) at = NULL;
  int index = 0;

  pango_layout_set_attributes (layout, gtk_label_get_attributes (GTK_LABEL (label)));
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  at = pango_layout_get_iter (layout);
  do {
    PangoRectangle line;

    pango_layout_iter_get_line_extents (at, NULL, &line);
    index = pango_layout_iter_get_line_readonly (at)->start_index;
    if (line.y + line.height > height * PANGO_SCALE)
      return index;
  } while (pango_layout_iter_next_line (at));
  return 0;
}

/* Text goes on as another label, to be put on the next page. */
static gboolean
break_text (TabellaPager *self, GtkWidget *label)
{
  g_autofree char *text = g_strdup (gtk_label_get_text (GTK_LABEL (label))), *first = NULL;
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self));
  g_autoptr (GList) classes = NULL;
  int index = break_of (label, gtk_widget_get_allocated_width (GTK_WIDGET (self)), self->rest);
  GtkWidget *next;

  if (index <= 0)
    return FALSE;
  first = g_strchomp (g_strndup (text, (gsize)index));
  next = tabella_label_new (text + index, "flow");
  if (tabella_typeset_own (label) != NULL)
    tabella_typeset_language (next, tabella_typeset_own (label));
  classes = gtk_style_context_list_classes (gtk_widget_get_style_context (label));
  for (GList *l = classes; l != NULL; l = l->next)
    gtk_style_context_add_class (gtk_widget_get_style_context (next), l->data);
  gtk_label_set_text (GTK_LABEL (label), first);
  gtk_container_add (GTK_CONTAINER (self), next);
  gtk_box_reorder_child (GTK_BOX (self), next, g_list_index (children, label) + 1);
  return TRUE;
}

/* Words that alone are taller than a page: in two, or as small as the next text size, or the one
 * after; so any text can be shown whole, whatever an election calls its options. */
static gboolean
fit (gpointer data)
{
  TabellaPager *self = data;
  GtkWidget *child = g_steal_pointer (&self->too_tall);
  GtkStyleContext *style = gtk_widget_get_style_context (child);

  self->fit = 0;
  if (!(flows (child) && break_text (self, child)) &&
      !(self->split != NULL && self->split (child, self->split_data)))
    gtk_style_context_add_class (style, gtk_style_context_has_class (style, "tight") ? "tighter"
                                                                                     : "tight");
  gtk_widget_queue_resize (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

/* Not at once, as sizes are being given out. */
static void
notice_too_tall (TabellaPager *self, GtkWidget *child, int rest)
{
  GtkStyleContext *style = gtk_widget_get_style_context (child);

  if (self->fit != 0 || gtk_style_context_has_class (style, "tighter"))
    return;
  self->too_tall = child;
  self->rest = rest;
  self->fit = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit, self, NULL);
}

/* Text that flows begins a page only if hardly two lines fit on the one before. */
static gboolean
may_begin (GtkWidget *child, int rest)
{
  return flows (child) &&
         break_of (child, gtk_widget_get_allocated_width (gtk_widget_get_parent (child)), rest) > 0;
}

/* Fills pages from the top; a child that does not fit begins the next one. */
static GArray *
fill_pages (TabellaPager *self, int width, int room)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self));
  GArray *slots = g_array_new (FALSE, TRUE, sizeof (Slot));
  int spacing = gtk_box_get_spacing (GTK_BOX (self)), y = 0;
  guint page = 0;

  for (GList *l = children; l != NULL; l = l->next) {
    Slot slot = { .child = l->data };

    gtk_widget_get_preferred_height_for_width (slot.child, width, NULL, &slot.height);
    if (!gtk_widget_get_visible (slot.child))
      slot.height = 0;
    if (y + slot.height > room && (y == 0 || may_begin (slot.child, room - y)))
      notice_too_tall (self, slot.child, room - y);
    else if (slot.height > room)
      notice_too_tall (self, slot.child, room);
    if (y > 0 && y + slot.height > room) {
      page++;
      y = 0;
    }
    slot.page = page;
    y += slot.height + spacing;
    g_array_append_val (slots, slot);
  }
  return slots;
}

/* What the present page's expanding children may take each. */
static int
share_of_rest (TabellaPager *self, GArray *slots, int room)
{
  int spacing = gtk_box_get_spacing (GTK_BOX (self)), rest = room + spacing, expanding = 0;

  for (guint i = 0; i < slots->len; i++) {
    const Slot *slot = &g_array_index (slots, Slot, i);

    if (slot->page != self->page)
      continue;
    rest -= slot->height + spacing;
    expanding += gtk_widget_compute_expand (slot->child, GTK_ORIENTATION_VERTICAL) ? 1 : 0;
  }
  return expanding > 0 ? MAX (rest, 0) / expanding : 0;
}

static void
keep_page (TabellaPager *self, GArray *slots)
{
  for (guint i = 0; i < slots->len; i++)
    if (g_array_index (slots, Slot, i).child == self->kept)
      self->page = g_array_index (slots, Slot, i).page;
  if (self->page >= self->n_pages)
    self->page = 0;
}

static void
place_page (TabellaPager *self, GArray *slots, const GtkAllocation *all)
{
  int y = all->y, share = share_of_rest (self, slots, all->height);

  for (guint i = 0; i < slots->len; i++) {
    const Slot *slot = &g_array_index (slots, Slot, i);
    GtkAllocation at = { all->x, y, all->width, slot->height };

    gtk_widget_set_child_visible (slot->child, slot->page == self->page);
    if (slot->page != self->page)
      continue;
    if (gtk_widget_compute_expand (slot->child, GTK_ORIENTATION_VERTICAL))
      at.height += share;
    gtk_widget_size_allocate (slot->child, &at);
    y += at.height + gtk_box_get_spacing (GTK_BOX (self));
  }
}

static void
size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  TabellaPager *self = TABELLA_PAGER (widget);
  g_autoptr (GArray) slots = fill_pages (self, allocation->width, allocation->height);
  guint before = self->n_pages, page = self->page;

  /* The box places its own frame (and the children, who are placed again below). */
  GTK_WIDGET_CLASS (tabella_pager_parent_class)->size_allocate (widget, allocation);
  self->n_pages = slots->len > 0 ? g_array_index (slots, Slot, slots->len - 1).page + 1 : 1;
  keep_page (self, slots);
  place_page (self, slots, allocation);
  /* Not at once: showing the button while sizes are given out would be too late for it. */
  if ((self->turned || self->n_pages != before || self->page != page) && self->notify == 0)
    self->notify = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_notify, self, NULL);
}

static void
note_seen (GtkWidget *child, gpointer data)
{
  if (gtk_widget_get_child_visible (child))
    g_object_set_data (G_OBJECT (child), SEEN, GINT_TO_POINTER (TRUE));
}

static void
turn_to (TabellaPager *self, guint page)
{
  gtk_container_foreach (GTK_CONTAINER (self), note_seen, NULL);
  self->page = page;
  self->kept = NULL;
  self->turned = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  show_more (self);
}

static void
on_more_clicked (TabellaPager *self)
{
  turn_to (self, (self->page + 1) % self->n_pages);
}

static void
on_previous_clicked (TabellaPager *self)
{
  turn_to (self, MAX (self->page, 1) - 1);
}

static void
dispose (GObject *object)
{
  g_clear_handle_id (&TABELLA_PAGER (object)->fit, g_source_remove);
  g_clear_handle_id (&TABELLA_PAGER (object)->notify, g_source_remove);
  G_OBJECT_CLASS (tabella_pager_parent_class)->dispose (object);
}

static void
tabella_pager_class_init (TabellaPagerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_css_name (widget_class, "pager");
  widget_class->get_request_mode = get_request_mode;
  widget_class->get_preferred_height = get_preferred_height;
  widget_class->get_preferred_height_for_width = get_preferred_height_for_width;
  widget_class->size_allocate = size_allocate;
}

static void
tabella_pager_init (TabellaPager *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->n_pages = 1;
}

void
tabella_pager_set_more (TabellaPager *pager, GtkWidget *more)
{
  GtkWidget *header = gtk_widget_get_parent (more);
  g_autoptr (GList) places = gtk_container_get_children (GTK_CONTAINER (header));
  int at = g_list_index (places, more);

  pager->more = more;
  pager->previous = gtk_button_new_with_label ("▲");
  gtk_widget_set_valign (pager->previous, gtk_widget_get_valign (more));
  gtk_style_context_add_class (gtk_widget_get_style_context (pager->previous), "previous");
  gtk_container_add (GTK_CONTAINER (header), pager->previous);
  gtk_box_reorder_child (GTK_BOX (header), pager->previous, at);
  g_signal_connect_object (pager->previous, "clicked", G_CALLBACK (on_previous_clicked), pager,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (more, "clicked", G_CALLBACK (on_more_clicked), pager, G_CONNECT_SWAPPED);
}

void
tabella_pager_show (TabellaPager *pager, GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  while (parent != GTK_WIDGET (pager)) {
    widget = parent;
    parent = gtk_widget_get_parent (widget);
  }
  pager->kept = widget;
  gtk_widget_queue_resize (GTK_WIDGET (pager));
}

gboolean
tabella_pager_lead_to (TabellaPager *pager, GtkWidget *child, gboolean at_once)
{
  gtk_container_foreach (GTK_CONTAINER (pager), note_seen, NULL);
  if (pager->n_pages == 1 || g_object_get_data (G_OBJECT (child), SEEN) != NULL)
    return FALSE;
  if (at_once)
    tabella_pager_show (pager, child);
  else
    turn_to (pager, (pager->page + 1) % pager->n_pages);
  return TRUE;
}

guint
tabella_pager_page (TabellaPager *pager, guint *n_pages)
{
  *n_pages = pager->n_pages;
  return pager->page;
}

void
tabella_pager_set_split (TabellaPager *pager, TabellaPagerSplit split, gpointer data)
{
  pager->split = split;
  pager->split_data = data;
}

void
tabella_pager_take (TabellaPager *pager, GtkWidget *widget)
{
  g_object_ref (widget);
  gtk_container_remove (GTK_CONTAINER (gtk_widget_get_parent (widget)), widget);
  gtk_container_add (GTK_CONTAINER (pager), widget);
  g_object_unref (widget);
}
