/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hands-wire.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PACKET_LIMIT (128u << 10)

typedef union {
  struct cmsghdr head; /* for its alignment */
  char bytes[CMSG_SPACE (TABELLA_HANDS_FILES * sizeof (int))];
} Control;

void
tabella_hands_message_clear (TabellaHandsMessage *m)
{
  for (guint i = 0; m->words != NULL && m->words[i] != NULL; i++)
    sodium_memzero (m->words[i], strlen (m->words[i]));
  g_clear_pointer (&m->words, g_strfreev);
  for (guint i = 0; i < TABELLA_HANDS_FILES; i++) {
    if (m->files[i] >= 0)
      close (m->files[i]);
    m->files[i] = -1;
  }
}

static void
add_files (struct msghdr *message, Control *control, const int *files)
{
  struct cmsghdr *c = &control->head;
  guint n = 0;

  while (files != NULL && n < TABELLA_HANDS_FILES && files[n] >= 0)
    n++;
  if (n == 0)
    return;
  message->msg_control = control->bytes;
  message->msg_controllen = CMSG_SPACE (n * sizeof (int));
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN (n * sizeof (int));
  memcpy (CMSG_DATA (c), files, n * sizeof (int));
}

gboolean
tabella_hands_send (int socket, const TabellaHandsHead *head, const char *const *words,
                    const int *files)
{
  g_autoptr (GByteArray) packet = g_byte_array_sized_new (4096);
  Control control = { 0 };
  struct iovec part;
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
  ssize_t sent;

  g_byte_array_append (packet, (const guint8 *)head, sizeof *head);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    g_byte_array_append (packet, (const guint8 *)words[i], (guint)strlen (words[i]) + 1);
  part = (struct iovec){ packet->data, packet->len };
  add_files (&message, &control, files);
  sent = packet->len <= PACKET_LIMIT ? sendmsg (socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) : -1;
  sodium_memzero (packet->data, packet->len);
  return sent == (ssize_t)packet->len;
}

static void
take_files (struct msghdr *message, TabellaHandsMessage *m)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
      memcpy (m->files, CMSG_DATA (c),
              MIN (c->cmsg_len - CMSG_LEN (0), TABELLA_HANDS_FILES * sizeof (int)));
}

static gboolean
take_words (const char *text, gsize size, TabellaHandsMessage *m)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gboolean good = size == 0 || text[size - 1] == '\0';

  for (gsize at = 0; good && at < size; at += strlen (text + at) + 1) {
    good = g_utf8_validate (text + at, -1, NULL);
    g_ptr_array_add (words, g_strdup (text + at));
  }
  g_ptr_array_add (words, NULL);
  m->words = (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
  return good;
}

gboolean
tabella_hands_receive (int socket, TabellaHandsMessage *m, gboolean *ended)
{
  g_autofree char *packet = g_malloc (PACKET_LIMIT);
  Control control = { 0 };
  struct iovec part = { packet, PACKET_LIMIT };
  struct msghdr message = { .msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes };
  const ssize_t got = recvmsg (socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  gboolean good;

  *m = (TabellaHandsMessage){ .files = { -1, -1 } };
  *ended = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
  if (got <= 0)
    return FALSE;
  take_files (&message, m);
  good = (gsize)got >= sizeof m->head && (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  if (good)
    memcpy (&m->head, packet, sizeof m->head);
  good = good && take_words (packet + sizeof m->head, (gsize)got - sizeof m->head, m);
  sodium_memzero (packet, (gsize)got);
  if (!good)
    tabella_hands_message_clear (m);
  return good;
}
