/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forget.h"

#include <dbus/dbus.h>
#include <glib.h>
#include <unistd.h>

/* The C library reads these only when a program starts (glibc manual, "Memory Allocation
 * Tunables"); chunks in its thread cache would not be overwritten. */
#define TUNABLES "glibc.malloc.tcache_count=0:glibc.malloc.perturb=165"

#define CACHED     8     /* libdbus keeps at most 5 messages for use again, */
#define NOT_CACHED 16384 /* none of them larger than 10 KiB (dbus-message.c) */

void
tabella_forget_freed (char **argv)
{
  if (g_strcmp0 (g_getenv ("GLIBC_TUNABLES"), TUNABLES) == 0)
    return;
  g_setenv ("GLIBC_TUNABLES", TUNABLES, TRUE);
  g_setenv ("G_SLICE", "always-malloc", TRUE); /* which frees at once */
  execv ("/proc/self/exe", argv);
  g_printerr ("the terminal cannot start itself again: freed memory is not overwritten\n");
}

/* Takes them all out of the cache and makes them too large to go back. */
void
tabella_forget_messages (void)
{
  g_autofree guint8 *zeros = g_malloc0 (NOT_CACHED);
  DBusMessage *messages[CACHED];

  for (guint i = 0; i < CACHED; i++) {
    messages[i] = dbus_message_new (DBUS_MESSAGE_TYPE_SIGNAL);
    if (messages[i] != NULL)
      dbus_message_append_args (messages[i], DBUS_TYPE_ARRAY, DBUS_TYPE_BYTE, &zeros, NOT_CACHED,
                                DBUS_TYPE_INVALID);
  }
  for (guint i = 0; i < CACHED; i++)
    if (messages[i] != NULL)
      dbus_message_unref (messages[i]);
}
