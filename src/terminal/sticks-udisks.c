/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sticks-udisks.h"

#include <string.h>
#include "sticks-udisks-object.h"

#define PATH            "/org/freedesktop/UDisks2"
#define ERROR(name)     UDISKS ".Error." name
#define MOUNT_OPTIONS   "nosuid,nodev,noexec"
#define CALL_TIMEOUT    (120 * 1000) /* ms: a slow stick with much to write */
#define SETTLE          300          /* ms: a stick comes as several objects, one after the other */
#define TRY_AGAIN_AFTER 3            /* s */

struct _TabellaSticksUdisks {
  GObject parent_instance;

  GCancellable *cancellable;
  GDBusConnection *connection;
  GDBusObjectManager *manager;
  gboolean failed; /* there is no system bus, or no udisks2 */
  guint settle, again;
};

static void iface_init (TabellaSticksInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TabellaSticksUdisks, tabella_sticks_udisks, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_STICKS, iface_init))

static void look (TabellaSticksUdisks *self);

static TabellaSticksState
state (TabellaSticks *sticks)
{
  TabellaSticksUdisks *self = TABELLA_STICKS_UDISKS (sticks);
  g_autofree char *owner = NULL;

  if (self->failed)
    return TABELLA_STICKS_MISSING;
  if (self->manager == NULL)
    return TABELLA_STICKS_LOOKING;
  owner =
      g_dbus_object_manager_client_get_name_owner (G_DBUS_OBJECT_MANAGER_CLIENT (self->manager));
  return owner != NULL ? TABELLA_STICKS_READY : TABELLA_STICKS_MISSING;
}

static GPtrArray *
list (TabellaSticks *sticks)
{
  TabellaSticksUdisks *self = TABELLA_STICKS_UDISKS (sticks);
  GPtrArray *infos = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_stick_info_free);
  g_autoptr (GPtrArray) drives = NULL;

  if (state (sticks) != TABELLA_STICKS_READY)
    return infos;
  drives = tabella_drives_list (self->manager);
  for (guint i = 0; i < drives->len; i++)
    g_ptr_array_add (infos, g_steal_pointer (&((TabellaDrive *)drives->pdata[i])->info));
  return infos;
}

static TabellaDrive *
find (TabellaSticksUdisks *self, const char *id)
{
  g_autoptr (GPtrArray) drives = NULL;

  if (state (TABELLA_STICKS (self)) != TABELLA_STICKS_READY)
    return NULL;
  drives = tabella_drives_list (self->manager);
  for (guint i = 0; i < drives->len; i++)
    if (g_str_equal (((TabellaDrive *)drives->pdata[i])->info->id, id))
      return g_ptr_array_steal_index (drives, i);
  return NULL;
}

/* udisksd ended, or could not be started: asking anything of it starts it. */
static gboolean
on_again (gpointer data)
{
  TabellaSticksUdisks *self = data;

  self->again = 0;
  if (self->manager == NULL) {
    look (self);
    return G_SOURCE_REMOVE;
  }
  g_dbus_connection_call (self->connection, UDISKS, PATH, "org.freedesktop.DBus.Peer", "Ping", NULL,
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
  if (state (TABELLA_STICKS (self)) == TABELLA_STICKS_MISSING)
    self->again = g_timeout_add_seconds (TRY_AGAIN_AFTER, on_again, self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_settled (gpointer data)
{
  TabellaSticksUdisks *self = data;

  self->settle = 0;
  if (state (TABELLA_STICKS (self)) == TABELLA_STICKS_MISSING && self->again == 0)
    self->again = g_timeout_add_seconds (TRY_AGAIN_AFTER, on_again, self);
  tabella_sticks_changed (TABELLA_STICKS (self));
  return G_SOURCE_REMOVE;
}

/* Any change of any object, so only that there was one. */
static void
changed (TabellaSticksUdisks *self)
{
  g_clear_handle_id (&self->settle, g_source_remove);
  self->settle = g_timeout_add (SETTLE, on_settled, self);
}

static void
on_object (GDBusObjectManager *manager, GDBusObject *object, TabellaSticksUdisks *self)
{
  changed (self);
}

static void
on_interface (GDBusObjectManager *manager, GDBusObject *object, GDBusInterface *interface,
              TabellaSticksUdisks *self)
{
  changed (self);
}

static void
on_properties (GDBusObjectManagerClient *manager, GDBusObjectProxy *object, GDBusProxy *interface,
               GVariant *properties, char **invalidated, TabellaSticksUdisks *self)
{
  changed (self);
}

static void
on_owner (GDBusObjectManager *manager, GParamSpec *spec, TabellaSticksUdisks *self)
{
  changed (self);
}

static void
forget (TabellaSticksUdisks *self)
{
  if (self->manager != NULL)
    g_signal_handlers_disconnect_by_data (self->manager, self);
  g_clear_object (&self->manager);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
}

static void
no_service (TabellaSticksUdisks *self, const GError *error)
{
  if (!self->failed)
    g_message ("sticks cannot be found: %s", error->message);
  forget (self);
  self->failed = TRUE;
  changed (self);
}

static void
on_closed (GDBusConnection *connection, gboolean vanished, GError *error, TabellaSticksUdisks *self)
{
  const GError unknown = { G_IO_ERROR, G_IO_ERROR_CLOSED, (char *)"the system bus has ended" };

  no_service (self, error != NULL ? error : &unknown);
}

static void
on_manager (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TabellaSticksUdisks) self = data;
  g_autoptr (GError) error = NULL;
  GDBusObjectManager *manager = g_dbus_object_manager_client_new_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (manager == NULL) {
    no_service (self, error);
    return;
  }
  self->manager = manager;
  self->failed = FALSE;
  g_signal_connect (manager, "object-added", G_CALLBACK (on_object), self);
  g_signal_connect (manager, "object-removed", G_CALLBACK (on_object), self);
  g_signal_connect (manager, "interface-added", G_CALLBACK (on_interface), self);
  g_signal_connect (manager, "interface-removed", G_CALLBACK (on_interface), self);
  g_signal_connect (manager, "interface-proxy-properties-changed", G_CALLBACK (on_properties),
                    self);
  g_signal_connect (manager, "notify::name-owner", G_CALLBACK (on_owner), self);
  on_settled (self);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TabellaSticksUdisks) self = data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_bus_get_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL) {
    no_service (self, error);
    return;
  }
  /* A poll goes on without a system bus. */
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  self->connection = connection;
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  g_dbus_object_manager_client_new (connection, G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_NONE, UDISKS,
                                    PATH, NULL, NULL, NULL, self->cancellable, on_manager,
                                    g_object_ref (self));
}

static void
look (TabellaSticksUdisks *self)
{
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus, g_object_ref (self));
}

/* Takes @task, and the error of a call. */
static void
return_error (GTask *task, TabellaSticksError fallback, GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);
  TabellaSticksError code = fallback;

  if (name != NULL && g_str_has_prefix (name, ERROR ("NotAuthorized")))
    code = TABELLA_STICKS_ERROR_REFUSED;
  else if (strstr (error->message, "wrong fs type") != NULL ||
           strstr (error->message, "unknown filesystem type") != NULL)
    code = TABELLA_STICKS_ERROR_UNKNOWN;
  g_dbus_error_strip_remote_error (error);
  g_task_return_new_error (task, TABELLA_STICKS_ERROR, code, "%s", error->message);
  g_error_free (error);
  g_object_unref (task);
}

static void
on_mounted (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (TabellaDrive) drive =
      find (g_task_get_source_object (task), g_task_get_task_data (task));
  g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;
  char *root = NULL;

  if (g_strcmp0 (name, ERROR ("AlreadyMounted")) == 0 && drive != NULL && drive->info->root != NULL)
    root = g_strdup (drive->info->root);
  else if (reply == NULL) {
    return_error (task, drive == NULL ? TABELLA_STICKS_ERROR_GONE : TABELLA_STICKS_ERROR_FAILED,
                  error);
    return;
  }
  g_clear_error (&error);
  if (root == NULL)
    g_variant_get (reply, "(s)", &root);
  g_task_return_pointer (task, root, g_free);
  g_object_unref (task);
}

static void
mount_it (TabellaSticks *sticks, const char *id, GTask *task)
{
  TabellaSticksUdisks *self = TABELLA_STICKS_UDISKS (sticks);
  g_autoptr (TabellaDrive) drive = find (self, id);
  GVariantBuilder options;

  if (drive == NULL || drive->block == NULL || drive->info->root != NULL) {
    if (drive == NULL)
      g_task_return_new_error (task, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_GONE,
                               "the stick is not in any more");
    else if (drive->block == NULL)
      g_task_return_new_error (task, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_UNKNOWN,
                               "there is no filesystem on the stick");
    else
      g_task_return_pointer (task, g_strdup (drive->info->root), g_free);
    g_object_unref (task);
    return;
  }
  g_task_set_task_data (task, g_strdup (id), g_free);
  g_variant_builder_init (&options, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&options, "{sv}", "options", g_variant_new_string (MOUNT_OPTIONS));
  g_variant_builder_add (&options, "{sv}", "auth.no_user_interaction",
                         g_variant_new_boolean (TRUE));
  g_dbus_connection_call (self->connection, UDISKS, drive->block, FILESYSTEM, "Mount",
                          g_variant_new ("(a{sv})", &options), G_VARIANT_TYPE ("(s)"),
                          G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT, NULL, on_mounted, task);
}

static GVariant *
quietly (void)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&options, "{sv}", "auth.no_user_interaction",
                         g_variant_new_boolean (TRUE));
  return g_variant_new ("(a{sv})", &options);
}

/* It is unmounted: a disk that goes on turning does no harm. */
static void
on_powered_off (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_message ("a disk is not stopped: %s", error->message);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_unmounted (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (TabellaDrive) drive =
      find (g_task_get_source_object (task), g_task_get_task_data (task));
  g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;

  if (reply == NULL && drive != NULL && g_strcmp0 (name, ERROR ("NotMounted")) != 0) {
    return_error (task, TABELLA_STICKS_ERROR_FAILED, error);
    return;
  }
  g_clear_error (&error);
  if (drive != NULL && drive->power_off) {
    g_dbus_connection_call (G_DBUS_CONNECTION (source), UDISKS, drive->info->id, DRIVE, "PowerOff",
                            quietly (), NULL, G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT, NULL,
                            on_powered_off, task);
    return;
  }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
eject (TabellaSticks *sticks, const char *id, GTask *task)
{
  TabellaSticksUdisks *self = TABELLA_STICKS_UDISKS (sticks);
  g_autoptr (TabellaDrive) drive = find (self, id);

  if (drive == NULL || drive->block == NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  g_task_set_task_data (task, g_strdup (id), g_free);
  g_dbus_connection_call (self->connection, UDISKS, drive->block, FILESYSTEM, "Unmount", quietly (),
                          NULL, G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT, NULL, on_unmounted, task);
}

static void
iface_init (TabellaSticksInterface *iface)
{
  iface->state = state;
  iface->list = list;
  iface->mount = mount_it;
  iface->eject = eject;
}

static void
dispose (GObject *object)
{
  TabellaSticksUdisks *self = TABELLA_STICKS_UDISKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->settle, g_source_remove);
  g_clear_handle_id (&self->again, g_source_remove);
  forget (self);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tabella_sticks_udisks_parent_class)->dispose (object);
}

static void
tabella_sticks_udisks_class_init (TabellaSticksUdisksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
}

static void
tabella_sticks_udisks_init (TabellaSticksUdisks *self)
{
  self->cancellable = g_cancellable_new ();
}

TabellaSticks *
tabella_sticks_udisks_new (void)
{
  TabellaSticksUdisks *self = g_object_new (TABELLA_TYPE_STICKS_UDISKS, NULL);

  look (self);
  return TABELLA_STICKS (self);
}
