"""Hosts and nDPI labels that belong to one app and hardly any other. Written by hand.

Only names an app has to itself: those of libraries and shared stores (a
`graph.facebook.com`, a `googleapis.com`, any CDN of many tenants) name nobody.
"""

from typing import Final

import pandas as pd

_APPS: Final = {  # Android id: nDPI labels; registered names and those below them
    "com.tencent.mm": (
        "WeChat",
        """wechat.com weixin.com weixin.qq.com wx.qq.com wxs.qq.com wx.qlogo.cn wechatapp.com
        servicewechat.com weixinbridge.com mmbiz.qpic.cn wxapp.tc.qq.com vweixinf.tc.qq.com""",
    ),
    "com.tencent.mobileqq": ("QQ", "im.qq.com qzone.qq.com msfwifi.3g.qq.com q.qlogo.cn"),
    "com.tencent.qqlive": ("", "v.qq.com video.qq.com"),
    "com.instagram.android": ("Instagram", "instagram.com cdninstagram.com"),
    "com.whatsapp": ("WhatsApp WhatsAppCall WhatsAppFiles", "whatsapp.com whatsapp.net"),
    "org.telegram.messenger": ("Telegram TelegramVoip", "telegram.org telegram.me t.me"),
    "com.facebook.orca": ("Messenger FacebookMessenger", "messenger.com"),
    "com.snapchat.android": ("Snapchat SnapchatCall", "snapchat.com sc-cdn.net sc-jpl.com"),
    "com.twitter.android": ("Twitter", "twitter.com x.com twimg.com"),
    "com.reddit.frontpage": ("Reddit", "reddit.com redd.it redditmedia.com"),
    "com.discord": ("Discord", "discord.com discordapp.com discord.gg discord.media"),
    "com.zhiliaoapp.musically": (
        "TikTok",
        "tiktok.com tiktokv.com tiktokv.eu tiktokcdn.com tiktokcdn-eu.com tiktokcdn-us.com",
    ),
    "com.ss.android.ugc.aweme": ("Douyin", "douyin.com douyinvod.com douyinpic.com amemv.com"),
    "com.smile.gifmaker": ("", "kuaishou.com gifshow.com yximgs.com"),
    "com.google.android.youtube": (
        "YouTube YouTubeUpload",
        "youtube.com youtu.be googlevideo.com ytimg.com youtubei.googleapis.com",
    ),
    "com.spotify.music": ("Spotify", "spotify.com scdn.co spotifycdn.com"),
    "com.netflix.mediaclient": ("NetFlix", "netflix.com nflxvideo.net nflxso.net nflxext.com"),
    "tv.danmaku.bili": (
        "Bilibili",
        "bilibili.com bilivideo.com bilivideo.cn biliapi.com biliapi.net hdslb.com",
    ),
    "com.xingin.xhs": ("", "xiaohongshu.com xhscdn.com"),
    "com.sina.weibo": ("Sina(Weibo)", "weibo.com weibo.cn sinaimg.cn"),
    "com.netease.cloudmusic": ("", "music.163.com music.126.net"),
    "com.qiyi.video": ("iQIYI", "iqiyi.com qiyi.com"),
    "com.youku.phone": ("", "youku.com"),
    "com.xunmeng.pinduoduo": ("", "pinduoduo.com yangkeduo.com pddpic.com"),
    "com.jingdong.app.mall": ("", "jd.com 360buyimg.com"),
    "com.baidu.BaiduMap": ("", "map.baidu.com"),
    "com.waze": ("Waze", "waze.com"),
    "us.zoom.videomeetings": ("Zoom", "zoom.us"),
    "com.viber.voip": ("Viber ViberVoip", "viber.com"),
    "jp.naver.line.android": ("Line LineCall", "line.me line-apps.com line-scdn.net"),
    "com.kakao.talk": ("KakaoTalk KakaoTalk_Voice", "kakao.com kakaocdn.net"),
    "com.duolingo": ("", "duolingo.com"),
    "com.glovo": ("", "glovoapp.com"),
    "com.wallapop": ("", "wallapop.com"),
}
_BY_HOST: Final = {host: app for app, (_, hosts) in _APPS.items() for host in hosts.split()}
_BY_LABEL: Final = {label: app for app, (labels, _) in _APPS.items() for label in labels.split()}


def app_of_hosts(hosts: pd.Series) -> pd.Series:
    """Return the app each host belongs to, "" where it belongs to none or many."""
    known = {host: _app_of(host) for host in hosts.unique()}
    return hosts.map(known).astype("str")


def app_of_labels(labels: pd.Series) -> pd.Series:
    """Return the app of each nDPI label such as `"TLS.Instagram"`, "" for general ones."""
    return labels.str.rsplit(".", n=1).str[-1].map(_BY_LABEL).astype("str").fillna("")


def _app_of(host: str) -> str:
    """Look a host up by its longest ending that is known."""
    parts = str(host).split(".")
    if parts[0].startswith("instagram") and parts[-2:] == ["fbcdn", "net"]:
        return "com.instagram.android"
    endings = (".".join(parts[place:]) for place in range(len(parts) - 1))
    return next((_BY_HOST[ending] for ending in endings if ending in _BY_HOST), "")
