"""What the inspector's phone says by itself, in the language of the page: it has no network to ask for words."""

from django.utils.translation import gettext


def words_of_phone() -> dict[str, str]:
    """Return the words of the module `field.js`; braces hold what it fills in."""
    return {
        "synced": gettext("已同步"),
        "sending": gettext("正在上传"),
        "waiting": gettext("{n} 条等待上传"),
        "offline": gettext("没有网络"),
        "offline_how": gettext("照常填，联网后自动上传"),
        "signed_out": gettext("要重新登录才能上传；记录还在这部手机里。"),
        "other_account": gettext("这部手机里有别的账号的记录，要由他登录上传。"),
        "frozen": gettext("记录已经提交。新填的会另外留存，不改已提交的。"),
        "of": gettext("第 {i} / {n} 项"),
        "wait": gettext("等待"),
        "refused": gettext("没有收：{why}"),
        "asked": gettext("请选择"),
        "done": gettext("已上传"),
        "photo": gettext("照片 {n} 张"),
        "photo_wait": gettext("照片，等待上传"),
        "oldest": gettext("存在这部手机里。最早一条 {t}。"),
        "none": gettext("没有等待上传的。"),
        "ready": gettext("这张检查表已存好，没有网络也能打开。"),
        "not_ready": gettext("这张检查表还没有存好，先不要离开网络。"),
        "no_store": gettext("这个浏览器不能离线保存，请保持联网，用下面的按钮保存。"),
        "clock": gettext("手机时钟和平台差 {m} 分钟，记录时间会按平台时间校正。"),
        "place": gettext("位置 ±{m} 米"),
        "no_place": gettext("没有位置"),
        "size": gettext("{n} KB"),
    }


def words_after() -> dict[str, str]:
    """Return the words of the module `field-after.js`."""
    return {
        "sent": gettext("这部手机里还有 {n} 条没有上传，现在已补传，另外留存；手机里不再留。"),
        "left": gettext("这部手机里还有 {n} 条没有传上去，封存在手机里。"),
    }
