/* A file system that passes everything on to a folder, and fails when it is told to: for tests of what a broken or full disk does.
   failing BACKING MOUNTPOINT. BACKING.fail holds "OPERATION ERRNO NUMBER": the NUMBERth such operation from now on, and all after it, fail.
   "bad ,INODE,INODE,": reading these files fails. Operations: read, write, create, rename, unlink, mkdir. Single-threaded, so that "the NUMBERth" means something. */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char backing[PATH_MAX], control[PATH_MAX + 8], told[128];
static int seen;

static const char *at(const char *path)
{
    static char buffers[2][2 * PATH_MAX];
    static int next;
    char *buffer = buffers[next ^= 1];
    snprintf(buffer, sizeof buffers[0], "%s%s", backing, path);
    return buffer;
}

/* The error this operation is to fail with, or 0. */
static int fails(const char *operation)
{
    char now[128] = "", which[16];
    int error, number;
    FILE *file = fopen(control, "r");
    if (file) { if (!fgets(now, sizeof now, file)) now[0] = 0; fclose(file); }
    if (strcmp(now, told)) { strcpy(told, now); seen = 0; }
    if (sscanf(now, "%15s %d %d", which, &error, &number) != 3 || strcmp(which, operation)) return 0;
    return ++seen >= number ? -error : 0;
}

/* Whether a file is on a bad sector. */
static int is_bad(int file)
{
    struct stat status;
    char inode[32];
    if (strncmp(told, "bad ", 4) || fstat(file, &status)) return 0;
    snprintf(inode, sizeof inode, ",%lu,", (unsigned long)status.st_ino);
    return strstr(told, inode) != NULL;
}

/* SQLite maps this file: failing to read it is a signal that ends the process, as a kill does, and no error. */
static int is_mapped(const char *path) { size_t n = strlen(path); return n > 4 && !strcmp(path + n - 4, "-shm"); }

#define TRY(operation) do { int failed = fails(operation); if (failed) return failed; } while (0)
#define DONE(call) return (call) < 0 ? -errno : 0

static int f_getattr(const char *p, struct stat *s, struct fuse_file_info *i) { (void)i; DONE(lstat(at(p), s)); }
static int f_readlink(const char *p, char *to, size_t n) { ssize_t r = readlink(at(p), to, n - 1); if (r < 0) return -errno; to[r] = 0; return 0; }
static int f_mkdir(const char *p, mode_t m) { TRY("mkdir"); DONE(mkdir(at(p), m)); }
static int f_unlink(const char *p) { TRY("unlink"); DONE(unlink(at(p))); }
static int f_rmdir(const char *p) { DONE(rmdir(at(p))); }
static int f_symlink(const char *t, const char *p) { DONE(symlink(t, at(p))); }
static int f_rename(const char *a, const char *b, unsigned f) { TRY("rename"); DONE(renameat2(AT_FDCWD, at(a), AT_FDCWD, at(b), f)); }
static int f_link(const char *a, const char *b) { DONE(link(at(a), at(b))); }
static int f_chmod(const char *p, mode_t m, struct fuse_file_info *i) { (void)i; DONE(chmod(at(p), m)); }
static int f_truncate(const char *p, off_t n, struct fuse_file_info *i) { (void)i; DONE(truncate(at(p), n)); }
static int f_utimens(const char *p, const struct timespec t[2], struct fuse_file_info *i) { (void)i; DONE(utimensat(AT_FDCWD, at(p), t, AT_SYMLINK_NOFOLLOW)); }
static int f_open(const char *p, struct fuse_file_info *i) { int d = open(at(p), i->flags & ~O_DIRECT); if (d < 0) return -errno; i->fh = d; return 0; }
static int f_create(const char *p, mode_t m, struct fuse_file_info *i) { TRY("create"); int d = open(at(p), i->flags, m); if (d < 0) return -errno; i->fh = d; return 0; }
static int f_read(const char *p, char *b, size_t n, off_t o, struct fuse_file_info *i) { if (!is_mapped(p)) TRY("read"); if (is_bad(i->fh)) return -EIO; ssize_t r = pread(i->fh, b, n, o); return r < 0 ? -errno : r; }
static int f_write(const char *p, const char *b, size_t n, off_t o, struct fuse_file_info *i) { (void)p; TRY("write"); ssize_t r = pwrite(i->fh, b, n, o); return r < 0 ? -errno : r; }
static int f_release(const char *p, struct fuse_file_info *i) { (void)p; close(i->fh); return 0; }
static int f_statfs(const char *p, struct statvfs *s) { DONE(statvfs(at(p), s)); }
static int f_readdir(const char *p, void *b, fuse_fill_dir_t fill, off_t o, struct fuse_file_info *i, enum fuse_readdir_flags f)
{
    (void)o; (void)i; (void)f;
    DIR *d = opendir(at(p));
    if (!d) return -errno;
    for (struct dirent *e; (e = readdir(d));) fill(b, e->d_name, NULL, 0, 0);
    closedir(d);
    return 0;
}

static const struct fuse_operations operations = {
    .getattr = f_getattr, .readlink = f_readlink, .mkdir = f_mkdir, .unlink = f_unlink, .rmdir = f_rmdir, .symlink = f_symlink, .rename = f_rename,
    .link = f_link, .chmod = f_chmod, .truncate = f_truncate, .utimens = f_utimens, .open = f_open, .create = f_create, .read = f_read, .write = f_write,
    .release = f_release, .statfs = f_statfs, .readdir = f_readdir,
};

int main(int count, char **given)
{
    if (count != 3) return 2;
    snprintf(backing, sizeof backing, "%s", given[1]);
    snprintf(control, sizeof control, "%s.fail", given[1]);
    /* Foreground, one thread, nothing cached: each operation arrives here. */
    char *arguments[] = { given[0], "-f", "-s", "-oattr_timeout=0", "-oentry_timeout=0", given[2], NULL };
    umask(0);
    return fuse_main(6, arguments, &operations, NULL);
}
