/*
 * Every page of a member and of the administrator: no fault that axe knows, nothing that sticks out.
 *
 * time limit: 900 s
 */
import { suite } from './lib.mjs';
import { settle, THREADS } from './town.mjs';
import { walk } from './walk.mjs';

await suite(async ({ test, browser }) => {
  const { lihua: li } = await settle(browser);
  const { admin } = browser;
  const essay = THREADS[1].id;

  const own = ['/', '/b/essays', `/t/${essay}`, `/t/${essay}/reply?to=2`, `/t/${essay}/reply?to=2&quote=1`, '/b/essays/new', '/drafts',
               '/notices', '/watches', '/settings', '/settings/password', '/settings/factor', '/settings/sessions', '/settings/feeds', '/u/lihua',
               '/search?q=%E5%85%9A', '/held', '/decisions', '/p/1/flag'];
  const administration = ['/admin', '/admin/boards', '/admin/boards/essays', '/admin/accounts', '/admin/accounts/lihua',
                          '/admin/invite', `/t/${essay}`, `/t/${essay}/move`, '/queue', '/queue/1', '/p/2/moderate'];

  await li.go('/b/essays/new');
  await li.send('/b/essays/new', { title: '写了一半的笔记', body: '还没有想好怎样写下去。' }, '[value=draft]');
  await li.go('/b/guestbook/new');
  await li.send('/b/guestbook/new', { title: '请问', body: '介绍信丢了怎么办？' }, '[value=post]');
  own.push(li.path());
  await li.go('/settings/feeds');
  await li.send('/settings/feeds', { name: 'essays' });
  await walk(test, [[li, own, 'member'], [admin, administration, 'administrator']]);
});
