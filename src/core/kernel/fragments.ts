/** The texts of the freers, one file each in `freers/` (language: docs/race-language.md). */
import hotRemoveArm64 from './freers/hot-remove-arm64.race';
import hotRemoveMemmap from './freers/hot-remove-memmap.race';
import hotRemovePowerpc from './freers/hot-remove-powerpc.race';
import hotRemoveRiscv from './freers/hot-remove-riscv.race';
import hotRemoveS390 from './freers/hot-remove-s390.race';
import hotRemoveX86 from './freers/hot-remove-x86.race';
import hugeVmapPmdArm64 from './freers/huge-vmap-pmd-arm64.race';
import hugeVmapPmdArm64Locked from './freers/huge-vmap-pmd-arm64-locked.race';
import hugeVmapPmdPowerpc from './freers/huge-vmap-pmd-powerpc.race';
import hugeVmapPmdPowerpcLocked from './freers/huge-vmap-pmd-powerpc-locked.race';
import hugeVmapPmdRiscv from './freers/huge-vmap-pmd-riscv.race';
import hugeVmapPmdRiscvLocked from './freers/huge-vmap-pmd-riscv-locked.race';
import hugeVmapPmdX86 from './freers/huge-vmap-pmd-x86.race';
import hugeVmapPmdX86Locked from './freers/huge-vmap-pmd-x86-locked.race';
import hugeVmapPudArm64 from './freers/huge-vmap-pud-arm64.race';
import hugeVmapPudArm64Locked from './freers/huge-vmap-pud-arm64-locked.race';
import hugeVmapPudPowerpc from './freers/huge-vmap-pud-powerpc.race';
import hugeVmapPudPowerpcLocked from './freers/huge-vmap-pud-powerpc-locked.race';
import hugeVmapPudRiscv from './freers/huge-vmap-pud-riscv.race';
import hugeVmapPudRiscvLocked from './freers/huge-vmap-pud-riscv-locked.race';
import hugeVmapPudX86 from './freers/huge-vmap-pud-x86.race';
import hugeVmapPudX86Locked from './freers/huge-vmap-pud-x86-locked.race';
import hugeVmapPudX86Leaving from './freers/huge-vmap-pud-x86-leaving.race';
import hugeVmapPudX86LeavingLocked from './freers/huge-vmap-pud-x86-leaving-locked.race';
import hugetlbUnshare from './freers/hugetlb-unshare.race';
import hugetlbUnshareSync from './freers/hugetlb-unshare-sync.race';
import memoryOffline from './freers/memory-offline.race';
import munmapIpi from './freers/munmap-ipi.race';
import munmapOutsideVma from './freers/munmap-outside-vma.race';
import munmapPlain from './freers/munmap-plain.race';
import munmapRcu from './freers/munmap-rcu.race';
import ptReclaim from './freers/pt-reclaim.race';
import setMemoryCollapse from './freers/set-memory-collapse.race';
import setMemoryCollapseLocked from './freers/set-memory-collapse-locked.race';
import thpCollapseAnon from './freers/thp-collapse-anon.race';
import thpCollapseFileNosync from './freers/thp-collapse-file-nosync.race';
import thpCollapseFileRcu from './freers/thp-collapse-file-rcu.race';
import thpCollapseFileSync from './freers/thp-collapse-file-sync.race';
import thpCollapseMappedRcu from './freers/thp-collapse-mapped-rcu.race';
import thpCollapseMappedSync from './freers/thp-collapse-mapped-sync.race';

export interface FreerFragment {
  readonly file: string;
  readonly text: string;
}

export const FREER_FRAGMENTS: readonly FreerFragment[] = [
  { file: 'hot-remove-arm64.race', text: hotRemoveArm64 },
  { file: 'hot-remove-memmap.race', text: hotRemoveMemmap },
  { file: 'hot-remove-powerpc.race', text: hotRemovePowerpc },
  { file: 'hot-remove-riscv.race', text: hotRemoveRiscv },
  { file: 'hot-remove-s390.race', text: hotRemoveS390 },
  { file: 'hot-remove-x86.race', text: hotRemoveX86 },
  { file: 'huge-vmap-pmd-arm64.race', text: hugeVmapPmdArm64 },
  { file: 'huge-vmap-pmd-arm64-locked.race', text: hugeVmapPmdArm64Locked },
  { file: 'huge-vmap-pmd-powerpc.race', text: hugeVmapPmdPowerpc },
  { file: 'huge-vmap-pmd-powerpc-locked.race', text: hugeVmapPmdPowerpcLocked },
  { file: 'huge-vmap-pmd-riscv.race', text: hugeVmapPmdRiscv },
  { file: 'huge-vmap-pmd-riscv-locked.race', text: hugeVmapPmdRiscvLocked },
  { file: 'huge-vmap-pmd-x86.race', text: hugeVmapPmdX86 },
  { file: 'huge-vmap-pmd-x86-locked.race', text: hugeVmapPmdX86Locked },
  { file: 'huge-vmap-pud-arm64.race', text: hugeVmapPudArm64 },
  { file: 'huge-vmap-pud-arm64-locked.race', text: hugeVmapPudArm64Locked },
  { file: 'huge-vmap-pud-powerpc.race', text: hugeVmapPudPowerpc },
  { file: 'huge-vmap-pud-powerpc-locked.race', text: hugeVmapPudPowerpcLocked },
  { file: 'huge-vmap-pud-riscv.race', text: hugeVmapPudRiscv },
  { file: 'huge-vmap-pud-riscv-locked.race', text: hugeVmapPudRiscvLocked },
  { file: 'huge-vmap-pud-x86.race', text: hugeVmapPudX86 },
  { file: 'huge-vmap-pud-x86-locked.race', text: hugeVmapPudX86Locked },
  { file: 'huge-vmap-pud-x86-leaving.race', text: hugeVmapPudX86Leaving },
  { file: 'huge-vmap-pud-x86-leaving-locked.race', text: hugeVmapPudX86LeavingLocked },
  { file: 'hugetlb-unshare.race', text: hugetlbUnshare },
  { file: 'hugetlb-unshare-sync.race', text: hugetlbUnshareSync },
  { file: 'memory-offline.race', text: memoryOffline },
  { file: 'munmap-ipi.race', text: munmapIpi },
  { file: 'munmap-outside-vma.race', text: munmapOutsideVma },
  { file: 'munmap-plain.race', text: munmapPlain },
  { file: 'munmap-rcu.race', text: munmapRcu },
  { file: 'pt-reclaim.race', text: ptReclaim },
  { file: 'set-memory-collapse.race', text: setMemoryCollapse },
  { file: 'set-memory-collapse-locked.race', text: setMemoryCollapseLocked },
  { file: 'thp-collapse-anon.race', text: thpCollapseAnon },
  { file: 'thp-collapse-file-nosync.race', text: thpCollapseFileNosync },
  { file: 'thp-collapse-file-rcu.race', text: thpCollapseFileRcu },
  { file: 'thp-collapse-file-sync.race', text: thpCollapseFileSync },
  { file: 'thp-collapse-mapped-rcu.race', text: thpCollapseMappedRcu },
  { file: 'thp-collapse-mapped-sync.race', text: thpCollapseMappedSync },
];
