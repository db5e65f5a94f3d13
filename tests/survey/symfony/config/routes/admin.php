<?php

use App\Controller\Admin\ReportController;
use Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator;

return static function (RoutingConfigurator $routes): void {
    $routes->add('report', '/reports/{id}')
        ->controller([ReportController::class, 'show'])
        ->requirements(['id' => '\d+'])
        ->methods(['GET']);

    $admin = $routes->collection('admin_')->prefix('/backoffice');
    $admin->add('users', '/users')->controller([ReportController::class, 'users']);
    $admin->add('user', '/users/{id}')->controller([ReportController::class, 'user'])->methods(['PUT', 'DELETE']);

    foreach (['a', 'b'] as $part) {
        $routes->add("part_$part", "/parts/$part");
    }

    $routes->import('../../src/Old/', 'attribute')->prefix('/old');
};
