/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sticks.h"

G_DEFINE_INTERFACE (TabellaSticks, tabella_sticks, G_TYPE_OBJECT)
G_DEFINE_QUARK (tabella - sticks - error - quark, tabella_sticks_error)

static guint changed_signal;

static void
tabella_sticks_default_init (TabellaSticksInterface *iface)
{
  changed_signal = g_signal_new ("changed", TABELLA_TYPE_STICKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

void
tabella_stick_info_free (TabellaStickInfo *info)
{
  g_free (info->id);
  g_free (info->label);
  g_free (info->root);
  g_free (info);
}

TabellaSticksState
tabella_sticks_state (TabellaSticks *self)
{
  return TABELLA_STICKS_GET_IFACE (self)->state (self);
}

GPtrArray *
tabella_sticks_list (TabellaSticks *self)
{
  return TABELLA_STICKS_GET_IFACE (self)->list (self);
}

TabellaStickInfo *
tabella_sticks_find (TabellaSticks *self, const char *id)
{
  g_autoptr (GPtrArray) list = tabella_sticks_list (self);

  for (guint i = 0; i < list->len; i++) {
    TabellaStickInfo *info = list->pdata[i];

    if (g_strcmp0 (info->id, id) != 0)
      continue;
    list->pdata[i] = g_new0 (TabellaStickInfo, 1);
    return info;
  }
  return NULL;
}

void
tabella_sticks_mount (TabellaSticks *self, const char *id, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, tabella_sticks_mount);
  TABELLA_STICKS_GET_IFACE (self)->mount (self, id, task);
}

char *
tabella_sticks_mount_finish (TabellaSticks *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tabella_sticks_mount), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
tabella_sticks_eject (TabellaSticks *self, const char *id, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, tabella_sticks_eject);
  TABELLA_STICKS_GET_IFACE (self)->eject (self, id, task);
}

gboolean
tabella_sticks_eject_finish (TabellaSticks *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tabella_sticks_eject), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
tabella_sticks_changed (TabellaSticks *self)
{
  g_signal_emit (self, changed_signal, 0);
}
