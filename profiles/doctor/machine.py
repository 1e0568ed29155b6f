"""The machine: Python, the folder with everything in it, the room that is left, the time."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from chassis.clock import real_now
from profiles.doctor.findings import Finding, mind, well, wrong

LOWEST = (3, 11)
ROOM_MIB = 1024  # own value: below it, a day of a county's cases and their pictures may not fit
BUILT_IN = 2026  # this program was made in that year; a clock before it is not set


def look_at_machine(folder: Path) -> Iterator[Finding]:
    """Python, room and clock."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < LOWEST:
        yield wrong("Python", f"版本 {version} 过低", mend="请安装 Python 3.11 或更高版本，再运行 make setup")
    else:
        yield well("Python", f"版本 {version}")
    if real_now().year < BUILT_IN:
        yield wrong(
            "系统时间",
            f"现在是 {real_now():%Y-%m-%d}，明显不对",
            mend="请校准系统时间并启用时间同步（NTP）",
        )
    else:
        yield well("系统时间", f"{real_now():%Y-%m-%d %H:%M} UTC")
    there = next((parent for parent in [folder, *folder.absolute().parents] if parent.exists()), Path("/"))
    free = shutil.disk_usage(there).free >> 20
    if free < ROOM_MIB:
        yield mind("磁盘", f"{there} 所在磁盘只剩 {free} MiB", mend="请清理磁盘或换到更大的磁盘")
    else:
        yield well("磁盘", f"剩余 {free:,} MiB")


def look_at_folder(home: Path) -> Iterator[Finding]:
    """The folder of the embedded profile, and the key in it."""
    if not home.exists():
        yield mind("数据目录", f"{home} 还没有", mend="第一次运行 lianxin up 时会自动建立")
        return
    if not os.access(home, os.W_OK | os.X_OK):
        yield wrong("数据目录", f"{home} 不可写", mend=f"请把目录交给运行本程序的账号：chown 账号 {home}")
        return
    yield well("数据目录", f"{home} 可写")
    key = home / "vault.key"
    if key.exists():
        yield from look_at_key(key)
    elif any(home.glob("*.db")):
        yield wrong(
            "保险库密钥",
            f"{key} 不见了，已加密的个人信息无法打开",
            mend="请从备份恢复 vault.key；没有备份则只能放弃这些数据",
        )


def look_at_key(file: Path) -> Iterator[Finding]:
    """A file that holds the key ring."""
    if not os.access(file, os.R_OK):
        yield wrong("保险库密钥", f"{file} 不可读", mend=f"请把文件交给运行本程序的账号：chown 账号 {file}")
        return
    others = stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    if others:
        yield mind("保险库密钥", f"{file} 对其他账号开放", mend=f"请收紧权限：chmod 400 {file}，并另存一份备份")
    else:
        yield well("保险库密钥", f"{file} 只有本账号可读；请确认另有备份")
