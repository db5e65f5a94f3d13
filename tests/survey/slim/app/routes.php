<?php

declare(strict_types=1);

use App\Action\ListUsers;
use App\Action\ViewUser;
use Slim\App;
use Slim\Interfaces\RouteCollectorProxyInterface as Group;

return function (App $app) {
    $app->options('/{routes:.*}', function ($request, $response) {
        return $response;
    });

    $app->group('/users', function (Group $group) {
        $group->get('', ListUsers::class);
        $group->get('/{id:[0-9]{1,5}}', ViewUser::class);
        $group->map(['PUT', 'PATCH'], '/{id}', ViewUser::class . ':update');
        $group->group('/{id}/posts', function (Group $group) {
            $group->post('', 'PostAction:create');
            $group->any('/all[/{page}]', 'PostAction:all');
        })->add('auth');
    });

    $app->redirect('/books', '/library', 301);
    $app->delete('/sessions', \App\Action\Logout::class);
    $app->get($app->getContainer()->get('settings')['path'] . '/status', 'StatusAction');
};
