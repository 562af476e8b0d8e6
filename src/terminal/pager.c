/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pager.h"

struct _TabellaPager {
  GtkBox parent_instance;
  guint page, n_pages, notify;
};

G_DEFINE_TYPE (TabellaPager, tabella_pager, GTK_TYPE_BOX)

static guint paged_signal;

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* One child must fit; all would be natural. */
static void
get_preferred_height_for_width (GtkWidget *widget, int width, int *minimum, int *natural)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (widget));
  int spacing = gtk_box_get_spacing (GTK_BOX (widget));

  *minimum = *natural = 0;
  for (GList *l = children; l != NULL; l = l->next) {
    int child_min, child_nat;

    gtk_widget_get_preferred_height_for_width (l->data, width, &child_min, &child_nat);
    *minimum = MAX (*minimum, child_nat);
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

static gboolean
on_notify (gpointer data)
{
  TabellaPager *self = data;

  self->notify = 0;
  g_signal_emit (self, paged_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
place (GtkWidget *child, const GtkAllocation *all, int y, int height, gboolean shown)
{
  GtkAllocation a = { all->x, all->y + y, all->width, height };

  gtk_widget_set_child_visible (child, shown);
  if (shown)
    gtk_widget_size_allocate (child, &a);
}

/* Fills pages from the top; a child that does not fit begins the next one. */
static guint
arrange (TabellaPager *self, GList *children, const GtkAllocation *all, guint page)
{
  int spacing = gtk_box_get_spacing (GTK_BOX (self)), y = 0;
  guint at = 0;

  for (GList *l = children; l != NULL; l = l->next) {
    int height;

    gtk_widget_get_preferred_height_for_width (l->data, all->width, NULL, &height);
    if (y > 0 && y + height > all->height) {
      at++;
      y = 0;
    }
    place (l->data, all, y, height, at == page);
    y += height + spacing;
  }
  return at + 1;
}

static void
size_allocate (GtkWidget *widget, GtkAllocation *allocation)
{
  TabellaPager *self = TABELLA_PAGER (widget);
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (widget));
  guint before = self->n_pages;

  /* The box places its own frame (and the children, who are placed again below). */
  GTK_WIDGET_CLASS (tabella_pager_parent_class)->size_allocate (widget, allocation);
  self->n_pages = arrange (self, children, allocation, self->page);
  if (self->page >= self->n_pages) {
    self->page = 0;
    arrange (self, children, allocation, 0);
  }
  if (self->n_pages != before && self->notify == 0)
    self->notify = g_idle_add (on_notify, self);
}

static void
dispose (GObject *object)
{
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
  paged_signal = g_signal_new ("paged", TABELLA_TYPE_PAGER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
tabella_pager_init (TabellaPager *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->n_pages = 1;
}

guint
tabella_pager_n_pages (TabellaPager *pager)
{
  return pager->n_pages;
}

guint
tabella_pager_page (TabellaPager *pager)
{
  return pager->page;
}

void
tabella_pager_turn (TabellaPager *pager)
{
  pager->page = (pager->page + 1) % pager->n_pages;
  gtk_widget_queue_resize (GTK_WIDGET (pager));
  g_signal_emit (pager, paged_signal, 0);
}
