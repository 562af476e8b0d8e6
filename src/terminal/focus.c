/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "focus.h"

#include "pager.h"

/* As one reads: line after line. */
static int
compare_places (gconstpointer a, gconstpointer b, gpointer grid)
{
  GtkWidget *const *one = a, *const *other = b;
  int line, other_line, column, other_column;

  gtk_container_child_get (grid, *one, "top-attach", &line, "left-attach", &column, NULL);
  gtk_container_child_get (grid, *other, "top-attach", &other_line, "left-attach", &other_column,
                           NULL);
  return line != other_line ? line - other_line : column - other_column;
}

static void
append_child (GtkWidget *child, gpointer list)
{
  g_ptr_array_add (list, child);
}

/* A grid keeps its children in no order that one reads. */
static GPtrArray *
children_of (GtkWidget *container)
{
  GPtrArray *children = g_ptr_array_new ();

  gtk_container_foreach (GTK_CONTAINER (container), append_child, children);
  if (GTK_IS_GRID (container))
    g_ptr_array_sort_with_data (children, compare_places, container);
  return children;
}

static void
collect (GtkWidget *widget, gboolean hidden_pages, GPtrArray *list)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_is_sensitive (widget) ||
      !(hidden_pages || gtk_widget_get_child_visible (widget)))
    return;
  if (gtk_widget_get_can_focus (widget)) {
    g_ptr_array_add (list, widget);
  } else if (GTK_IS_CONTAINER (widget)) {
    g_autoptr (GPtrArray) children = children_of (widget);

    for (guint i = 0; i < children->len; i++)
      collect (children->pdata[i], hidden_pages, list);
  }
}

static gboolean
turns_pages (GtkWidget *widget)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  return gtk_style_context_has_class (style, "more") ||
         gtk_style_context_has_class (style, "previous");
}

/* What turns pages goes to the end: it stands above what it turns, and is wanted after it. */
static guint
put_turners_last (GPtrArray *list)
{
  guint n = list->len, turners = 0;

  for (guint i = 0; i < n; i++)
    if (turns_pages (list->pdata[i - turners])) {
      g_ptr_array_add (list, g_ptr_array_steal_index (list, i - turners));
      turners++;
    }
  return n - turners;
}

GPtrArray *
tabella_focus_ring (GtkWidget *screen, GtkWidget *const *bar)
{
  GPtrArray *ring = g_ptr_array_new ();

  collect (screen, FALSE, ring);
  put_turners_last (ring);
  for (guint i = 0; bar[i] != NULL; i++)
    collect (bar[i], FALSE, ring);
  return ring;
}

GtkWidget *
tabella_focus_step (GPtrArray *ring, GtkWidget *from, gboolean forward)
{
  guint at;

  if (ring->len == 0)
    return NULL;
  if (from == NULL || !g_ptr_array_find (ring, from, &at))
    return ring->pdata[0];
  return ring->pdata[(at + (forward ? 1 : ring->len - 1)) % ring->len];
}

/* What turns pages may not be there in another text size: it does not count. */
static GPtrArray *
seats_of (GtkWidget *screen)
{
  GPtrArray *list = g_ptr_array_new ();

  collect (screen, TRUE, list);
  g_ptr_array_set_size (list, (int)put_turners_last (list));
  return list;
}

int
tabella_focus_seat (GtkWidget *screen, GtkWidget *control)
{
  g_autoptr (GPtrArray) list = seats_of (screen);
  guint at;

  return g_ptr_array_find (list, control, &at) ? (int)at : -1;
}

GtkWidget *
tabella_focus_at (GtkWidget *screen, int seat)
{
  g_autoptr (GPtrArray) list = seats_of (screen);

  return seat >= 0 && (guint)seat < list->len ? list->pdata[seat] : NULL;
}

void
tabella_focus_give (GtkWidget *control)
{
  GtkWidget *pager = gtk_widget_get_ancestor (control, TABELLA_TYPE_PAGER);

  if (pager != NULL)
    tabella_pager_show (TABELLA_PAGER (pager), control);
  gtk_widget_grab_focus (control);
}
