/** Calls that give the mm of a task, which is their first argument. */
export const TASK_MM_CALLS: readonly { readonly api: string; readonly source: string }[] = [
  { api: 'get_task_mm', source: 'kernel/fork.c:get_task_mm' },
  { api: 'mm_access', source: 'kernel/fork.c:mm_access' },
];
