/** What a line of a log means to whoever runs the container. */
export interface Clue {
  meaning: string;
  next: string;
}

/** What programs of any kind print when their surroundings are wrong, read from the top. */
const clues: readonly (Clue & { says: RegExp })[] = [
  {
    says: /EADDRINUSE|address already in use/i,
    meaning: "Another process in its network has the port already",
    next: "docker_container_top shows the processes; give one of them another port",
  },
  {
    says: /ENOTFOUND|EAI_AGAIN|no such host|name or service not known|could not resolve|name resolution|bad address/i,
    meaning: "A host name is not known to it: containers find each other by name on a network they share",
    next: "docker_inspect_container shows its networks; docker_connect_container joins one",
  },
  {
    says: /ECONNREFUSED|connection refused/i,
    meaning: "What it connects to does not listen there (yet)",
    next: "Check with docker_list_containers that the other service runs; docker_wait_for waits until it is healthy",
  },
  {
    says: /password authentication failed|access denied for user|authentication failed|invalid credentials/i,
    meaning: "Another service refuses its credentials",
    next: "Check the environment with docker_inspect_container, and make the container anew",
  },
  {
    says: /heap out of memory|OutOfMemoryError|cannot allocate memory|std::bad_alloc|MemoryError/i,
    meaning: "The program ran out of memory by its own account",
    next: "Raise its own limit or the container's with docker_update_container (memory)",
  },
  {
    says: /ENOSPC|no space left on device/i,
    meaning: "The disk is full",
    next: "docker_system_df shows what takes the room",
  },
  {
    says: /read-only file system|EROFS/i,
    meaning: "It writes to a place that is mounted read-only",
    next: "Give it a volume or tmpfs there, and make the container anew",
  },
  {
    says: /EACCES|EPERM|permission denied|operation not permitted/i,
    meaning: "Its user lacks the right to a file, a port or a system call",
    next: "docker_inspect_container shows user, mounts and security; change the owner of the mount or the user",
  },
  {
    says: /EMFILE|too many open files/i,
    meaning: "It has no file handles left",
    next: "Raise its nofile limit, and make the container anew",
  },
];

/** The meaning of a line, where it is known. */
export function clueOf(line: string | undefined): Clue | undefined {
  return line === undefined ? undefined : clues.find(({ says }) => says.test(line));
}
