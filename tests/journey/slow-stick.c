/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into the terminal: while the file SLOW_STICK names exists, what is written does not
 * reach the stick; if it holds "gone" at last, the stick was taken out meanwhile. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEN_MILLISECONDS 10000

static int
is_gone (const char *flag)
{
  char word[5] = "";
  int fd = open (flag, O_RDONLY | O_CLOEXEC);
  ssize_t n;

  if (fd < 0)
    return 0;
  n = read (fd, word, 4);
  close (fd);
  return n == 4 && strcmp (word, "gone") == 0;
}

int
syncfs (int fd)
{
  const char *flag = getenv ("SLOW_STICK");

  while (flag != NULL && access (flag, F_OK) == 0) {
    if (is_gone (flag)) {
      errno = EIO;
      return -1;
    }
    usleep (TEN_MILLISECONDS);
  }
  return ((__typeof__ (syncfs) *)dlsym (RTLD_NEXT, "syncfs")) (fd);
}
