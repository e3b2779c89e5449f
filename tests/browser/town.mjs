/* A small town's forum: people, and what they write to one another. For pages with something on them, and for pictures. */

export const PEOPLE = [
  { handle: 'zhouyan', name: '周燕', role: 'moderator' },
  { handle: 'lihua', name: '李华', role: 'member' },
  { handle: 'wangfang', name: '王芳', role: 'member' },
  { handle: 'chenbo', name: '陈波', role: 'member' },
  { handle: 'liuqing', name: '刘青', role: 'citizen' },
];

const ESSAY = `这学期我们支部把《中国共产党章程》第五章“党的基层组织”分三次学完。下面是我的笔记，请大家指正。

## 一、支部是干什么的

章程里讲得很明白：基层组织要**宣传和执行**党的主张，要**了解群众的意见**，还要**帮助群众解决困难**。读到这里，我想起去年修水渠的事。方案贴了三天没有人提意见，动工那天却来了十几个人。问题不在方案，在于我们没有上门。

> 会上没有人说话，不等于没有人有话说。

## 二、我们哪里做得不够

对照着列了一张表：

| 要求 | 现在怎样 | 打算怎样 |
|---|---|---|
| 每月一次支部会 | 农忙时常常拖 | 晚上开，一小时说完 |
| 联系群众 | 等人上门 | 每人联系五户，记本子 |
| 学习 | 念文件 | 先讲一件事，再对照文件 |

## 三、下一步

1. 九月底以前把“五户联系本”发到每个人手里；
2. 流动党员用手机参加，时间放在晚上八点[^1]；
3. 年底在会上念本子，不念稿子。

[^1]: 在外省务工的四位同志都说这个时间合适。`;

export const THREADS = [
  { by: 'zhouyan', board: 'news', title: '远程教育站点秋季开课安排', pinned: true, tags: '远程教育，通知',
    body: '各村站点：秋季课程从九月第一周开始，每周三晚上七点半。第一课讲**水稻病虫害防治**，第二课讲**发展集体经济的几种做法**。\n\n请各站点管理员提前一天试机，收不到信号的在本帖回复。',
    replies: [
      { by: 'chenbo', body: '三河口村站点试机正常。请问课后能不能回看？' },
      { by: 'zhouyan', body: '可以回看，课件保留到年底。' },
    ] },
  { by: 'lihua', board: 'essays', title: '把支部会开到院子里——学习党章第五章的笔记', featured: true, tags: '党章，支部建设', body: ESSAY,
    replies: [
      { by: 'wangfang', body: '“会上没有人说话，不等于没有人有话说。”这句说到点子上了。我们村也试过在院坝里开会，来的人比会议室多一倍。\n\n想请教：**联系本由谁来看？** 如果只是写给检查看，时间长了又会变成抄。' },
      { by: 'lihua', to: 2, body: '我们的办法是每季度换着看：张三的本子交给李四，由他去那五户问一问，事情办了没有。' },
      { by: 'chenbo', to: 2, body: '补一个做法：\n\n- 本子只记三样：**谁、什么事、哪天答复**；\n- 办不了的写明为什么，当面说。' },
      { by: 'wangfang', to: 3, body: '换着看这个办法好。上门的时候不要只问困难，也问问大家愿意出什么力。' },
    ] },
  { by: 'wangfang', board: 'essays', title: '读《实践论》：从一次失败的育秧说起', tags: '实践论', body: '今年春天照着书本育秧，败了两次。第三次请教了老农，才知道我们这里的水凉。认识从实践来，这个道理书上读过十遍，不如田里走一遍。',
    replies: [{ by: 'lihua', body: '建议把三次的水温和日期也写上，别村用得着。' }] },
  { by: 'chenbo', board: 'research', title: '三河口村集体茶园调研：六年账目与三点建议', tags: '集体经济，茶叶', body: '用两周时间看了六年的账，走访四十二户。结论先写在前面：茶园能养活自己，但离不开外销的一个人。\n\n1. 培养第二个会卖茶的人；\n2. 分级收青，优质优价；\n3. 账目每季度贴一次，贴在小卖部门口。', replies: [] },
  { by: 'liuqing', board: 'migrants', title: '在东莞打工，组织关系怎么转？', body: '表哥是党员，在东莞一家厂里做了三年，一直没有参加过组织生活。请问关系要转过去吗，找谁办？',
    replies: [{ by: 'zhouyan', body: '六个月以上、地点固定的，建议转。先问厂里或所在社区有没有支部，再由我们开介绍信，网上就可以办，不用跑回来。晚上八点以后我都在。' }] },
  { by: 'wangfang', board: 'reflections', title: '第一次在小组里讲课', body: '讲了二十分钟，出了一身汗。原来准备材料是最好的学习。', replies: [{ by: 'chenbo', body: '听了，讲得实在。' }] },
  { by: 'liuqing', board: 'suggestions', title: '建议在村口装一盏路灯', tags: '道路', body: '小学门口那一段晚上没有灯，下晚自习的孩子要走五百米黑路。', replies: [] },
];

/** Signs everybody up and lets them write. Returns the people by handle; threads get their numbers, as `id`. */
export async function settle(browser) {
  const people = {};
  for (const { handle, name, role } of PEOPLE) people[handle] = await browser.person(handle, { role, name });
  for (const thread of THREADS) {
    thread.id = await people[thread.by].thread(thread.board, thread.title, thread.body, thread.tags ? { tags: thread.tags } : {});
    for (const reply of thread.replies) {
      const who = people[reply.by];
      await who.go(`/t/${thread.id}/reply${reply.to ? `?to=${reply.to}` : ''}`);
      await who.send(`/t/${thread.id}/reply`, { body: reply.body }, '[name=do][value=post]');
    }
    for (const mark of ['pinned', 'featured'])
      if (thread[mark]) {
        await browser.admin.go(`/t/${thread.id}`);
        await browser.admin.at('details.moderation summary').click();
        await browser.admin.press(browser.admin.at(`form[action="/t/${thread.id}/set"]`)
          .filter({ has: browser.admin.page.locator(`[name=${mark}]`) }).locator('button'));
      }
  }
  return people;
}
